"""Fragmented MP4 (ISO/IEC 14496-12): one way of packing a stream's pictures for files and for browsers, as they come.

FFmpeg writes the initialisation segment, which differs from codec to codec. The fragments are written here: FFmpeg's
own come one picture late, since it waits for the next one's time to know a duration.
"""

from vision.fmp4.boxes import MediaBox, boxes
from vision.fmp4.fragments import TIMESCALE, Fragment, FragmentSample, fragment, read_fragment, sample_data

__all__ = ["TIMESCALE", "Fragment", "FragmentSample", "MediaBox", "boxes", "fragment", "read_fragment", "sample_data"]
