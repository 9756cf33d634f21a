"""Ed25519 signatures (RFC 8032, sections 5.1 and 6), for one signature an hour and their verification.

Plain Python, since whoever verifies a bundle has nothing else. Its time depends on the key: it is for a machine whose
users one trusts, not for a service that signs what strangers send.
"""

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates: x = X/Z, y = Y/Z, x * y = T/Z."""


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that verify what `seed`, 32 secret bytes, signs."""
    scalar, _ = _expanded(seed)
    return _packed(_times(scalar, _BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature."""
    scalar, prefix = _expanded(seed)
    public = _packed(_times(scalar, _BASE))
    nonce = _number(prefix + message)
    commitment = _packed(_times(nonce, _BASE))
    challenge = _number(commitment + public + message)
    response = (nonce + challenge * scalar) % _ORDER
    return commitment + response.to_bytes(32, "little")


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is one of `message` by the key with this public half."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _unpacked(public)
    commitment = _unpacked(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= _ORDER:
        return False
    challenge = _number(signature[:32] + public + message)
    return _equal(_times(response, _BASE), _sum(commitment, _times(challenge, key)))


def _expanded(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError("an Ed25519 seed has 32 bytes")
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    scalar &= (1 << 254) - 8
    return scalar | (1 << 254), digest[32:]


def _number(said: bytes) -> int:
    return int.from_bytes(hashlib.sha512(said).digest(), "little") % _ORDER


def _sum(p: _Point, q: _Point) -> _Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e = b - a
    f = d - c
    g = d + c
    h = b + a
    return (e * f, g * h, f * g, e * h)


def _times(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        scalar >>= 1
    return found


def _equal(p: _Point, q: _Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def _packed(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x = point[0] * inverse % _P
    y = point[1] * inverse % _P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def _unpacked(packed: bytes) -> _Point | None:
    """The point; None when there is no such on the curve."""
    y = int.from_bytes(packed, "little")
    sign_of_x = y >> 255
    y &= (1 << 255) - 1
    x = _x_of(y, sign_of_x)
    if x is None:
        return None
    return (x, y, 1, x * y % _P)


def _x_of(y: int, sign_of_x: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if square == 0:
        return None if sign_of_x else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P != 0:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P != 0:
        return None
    if (x & 1) != sign_of_x:
        x = _P - x
    return x


def _base() -> _Point:
    y = 4 * pow(5, _P - 2, _P) % _P
    x = _x_of(y, 0) or 0
    return (x, y, 1, x * y % _P)


_BASE = _base()
