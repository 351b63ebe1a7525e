"""``ppmid-harness console``: runs in a browser, while they go on and after. Needs the extra ``web``.

``access`` decides who may do what, ``app`` which address gives which page; ``runs`` reads the folder of runs, ``begun``
holds the runs that the console has begun, ``desk`` what operators are asked; ``pages`` fills the templates.
"""
