"""Study files for the tests: one that is right, and changes that make it wrong."""

TINY = """
name = "tiny"
about = "A study that takes seconds."
seeds = [0, 1]
reference = "random"

[base]
data = "{data}"
epochs = 1
batch_size = 8
image_size = 16
mels = 16
device = "cpu"
encoders.image = {{ name = "small_cnn", width = 2 }}
encoders.audio = {{ name = "small_cnn", width = 2 }}
encoders.caption = {{ name = "word_bag", vocabulary = 512, width = 8 }}

[groups.a]
title = "Order of the samples"
{analyses}
[[arm]]
name = "random"
groups = ["a"]
scheduler = "random_order"

[[arm]]
name = "bss-l"
groups = ["a"]
scheduler = "learned"
{more}
"""


def study_file(folder, data="assets/stamps", more="", analyses="", change=("", "")):
    """Write the study file, with further lines at its end and one text replaced by another."""
    path = folder / "tiny.toml"
    text = TINY.format(data=data, more=more, analyses=analyses)
    assert change[0] in text
    path.write_text(text.replace(*change, 1) if change[0] else text)
    return path
