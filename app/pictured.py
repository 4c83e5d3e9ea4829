"""Which kinds of modality stand for a whole sample in one small picture, on cards and in reports."""

__all__ = ["PICTURED", "TELLING"]

TELLING = ("image", "frames", "depth", "audio", "series", "features")  # what tells samples apart, best first
# Nothing installed decodes a video (torchvision no longer does), so its picture is a sign, the same for every sample.
PICTURED = (*TELLING, "video")
