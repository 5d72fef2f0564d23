"""One file per family: how it takes a picture of one's own.

A module says in constants, which are read without importing it (see `recon.rebuilding.methods`):

    METHODS   its methods, each with the suffixes of its files, the usual one first
    SETTINGS  what may be turned, with a word for the help
    RESTORES  that it takes other people's JPEG files as they are; may be left out

The first paragraph of its docstring is for the help too. Its class `Rebuilder` is a `Family` as
`recon.rebuilding.family` has it.
"""
