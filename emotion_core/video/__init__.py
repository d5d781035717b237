"""Video files: every face followed through them, how its expression goes, and what can be taken away.

    import emotion_core as ec
    analysis = ec.analyze_video("clip.mp4")
    for moment in analysis:
        print(moment.seconds, [face.result.emotion for face in moment.faces])
    for person in timelines(analysis.result):
        print(person.name, person.shares, person.segments)

Importing this loads nothing heavy; each name of `__init__.pyi` is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
