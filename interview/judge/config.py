"""What config/judge.yml says."""

from __future__ import annotations

from pydantic import Field

from interview.evidence import Share
from interview.session import ProgrammingLanguage
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

MIB = 1024 * 1024


class SandboxConfig(Strict):
    """What stands around a program.

    Attributes:
        user: user and group that a judge started by root steps down to.
        read_only: all that a program sees of this machine.
        hidden: folders among these that stay empty.
        cgroup_parent: group of cgroup v2 that was delegated to the judge; None tries the judge's
            own, and the one above it.
        accept_weak_isolation: judge without cgroups, for code that is trusted.
    """

    user: int | None = Field(61111, ge=1000, le=2**31)
    read_only: tuple[str, ...] = Field(min_length=1)
    hidden: tuple[str, ...] = ()
    cgroup_parent: str | None = None
    accept_weak_isolation: bool = False


class Limits(Strict):
    """What one run may take.

    Attributes:
        idle_seconds: time in which none of its threads computes or waits for a processor. Unlike
            time by the clock on the wall, it does not depend on who else uses the machine.
    """

    cpu_seconds: float = Field(gt=0, le=600)
    idle_seconds: float = Field(gt=0, le=600)
    wall_factor: float = Field(ge=1, le=100)
    wall_extra_seconds: float = Field(ge=0, le=600)
    memory_mb: int = Field(ge=16, le=16384)
    output_kb: int = Field(ge=1, le=262144)
    scratch_mb: int = Field(ge=1, le=4096)
    processes: int = Field(ge=4, le=1024)
    open_files: int = Field(ge=16, le=4096)
    stack_mb: int = Field(ge=1, le=1024)

    @property
    def wall_seconds(self) -> float:
        """Seconds by the clock on the wall after which the run is stopped."""
        return self.cpu_seconds * self.wall_factor + self.wall_extra_seconds


class Language(Strict):
    """How programs of a language are built and run.

    Attributes:
        file: what the source is called.
        build: command that checks or compiles `{source}`; what it leaves in `{out}` is run.
        keep_source: the source is what runs.
        memory_text: in the error output of a program that ended for want of memory.
    """

    file: str
    build: tuple[str, ...] = Field(min_length=1)
    run: tuple[str, ...] = Field(min_length=1)
    version: tuple[str, ...] = Field(min_length=1)
    keep_source: bool = False
    environment: dict[str, str] = Field(default_factory=dict)
    cpu_factor: float = Field(1, ge=1, le=20)
    cpu_extra_seconds: float = Field(0, ge=0, le=60)
    memory_extra_mb: int = Field(0, ge=0, le=4096)
    processes: int | None = Field(None, ge=4, le=1024)
    memory_text: str | None = None

    def widen(self, limits: Limits) -> Limits:
        """The limits of a problem for programs of this language."""
        return limits.model_copy(
            update={
                "cpu_seconds": limits.cpu_seconds * self.cpu_factor + self.cpu_extra_seconds,
                "memory_mb": limits.memory_mb + self.memory_extra_mb,
                "processes": self.processes or limits.processes,
            }
        )


class CopyRule(Strict):
    """When two programs are alike enough for a person to look; see `copies`."""

    gram: int = Field(ge=3, le=100)
    window: int = Field(ge=1, le=100)
    share: float = Field(gt=0, le=1)
    tokens: int = Field(ge=1)


class AdviceRule(Strict):
    """From where a function is worth a remark."""

    complexity: int = Field(ge=1)
    lines: int = Field(ge=1)


class JudgeConfig(Strict):
    """config/judge.yml.

    Attributes:
        level_from: lowest shares of the tests, by weight, for the levels 2 to 5.
    """

    sandbox: SandboxConfig
    limits: Limits
    source_kb: int = Field(ge=1, le=4096)
    compile: Limits
    languages: dict[ProgrammingLanguage, Language] = Field(min_length=1)
    copies: CopyRule
    advice: AdviceRule
    level_from: tuple[Share, Share, Share, Share]


def load_judge_config(settings: Settings) -> JudgeConfig:
    """The configuration of the judge.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return load_model(settings.config / "judge.yml", JudgeConfig)
