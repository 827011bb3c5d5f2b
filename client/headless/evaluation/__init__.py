"""How well the models read pictures that somebody has: ``kuuki models evaluate``. The figures of docs/models.md."""
