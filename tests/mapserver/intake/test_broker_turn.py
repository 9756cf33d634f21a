"""Of two servers with the same name at one broker, one listens; the other does when it is gone."""

from pydantic import SecretStr

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings
from mapserver.intake.broker import BrokerListener
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.mqtt.broker import EmbeddedBroker


async def test_one_of_two_servers_listens_until_it_is_gone(parts: Services) -> None:
    async with EmbeddedBroker(username="vanagas", password="word") as broker:
        settings = MqttSettings(host=broker.host, port=broker.port, username="vanagas", password=SecretStr("word"))
        listeners = []
        for name in ("first", "second"):
            parts.__dict__["leases"] = LeaseKeeper(parts.store, LeaseOwner(name))
            listeners.append(BrokerListener(parts, settings))
        first, second = listeners
        await first.start()
        await second.start()
        assert (first.is_listening, second.is_listening) == (True, False)
        await first.stop()
        await second.look()
        assert second.is_listening
        await second.stop()
