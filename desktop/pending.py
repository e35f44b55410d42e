"""Stand-ins until the rooms' commands land."""
from types import SimpleNamespace
class _Any:
    def __init__(self, **k): self.__dict__.update(k)
class outbox:
    SaveDraft=type("SaveDraft",(_Any,),{}); SendReport=type("SendReport",(_Any,),{}); Confirm=type("Confirm",(_Any,),{}); Reply=type("Reply",(_Any,),{}); Enrol=type("Enrol",(_Any,),{})
class runner:
    CancelUpdate=type("CancelUpdate",(_Any,),{}); PauseRollout=type("PauseRollout",(_Any,),{}); ResumeRollout=type("ResumeRollout",(_Any,),{}); OwnUpdate=type("OwnUpdate",(_Any,),{})
