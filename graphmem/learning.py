"""The learning verbs of a memory: queries and what they teach. `graphmem.Memory` has them all."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, cast

from graphmem.arguments import checked_fields, checked_verbs
from graphmem.embedding import AskedOnce
from graphmem.errors import InvalidInput, ModelError
from graphmem.identity import derive_id
from graphmem.learn.advice import insight as read_insight
from graphmem.learn.answering import answered, text_of
from graphmem.learn.blocks import Core
from graphmem.learn.citations import cited_in
from graphmem.learn.consolidate import Consolidated, consolidate
from graphmem.learn.desk import Desk
from graphmem.learn.feedback import Tuning, learnt_from, told_apart, tuned
from graphmem.learn.guidance import guidance
from graphmem.learn.heat import Retained, Tiers, retained, tiers
from graphmem.learn.meaning import meanings
from graphmem.learn.nouns import Guidance, Insight, PastQuery, Support
from graphmem.learn.options import LearningOptions
from graphmem.learn.overview import Overview
from graphmem.learn.profiles import Profile
from graphmem.learn.queries import Query, open_query
from graphmem.learn.reading import instants_of, profile_in, refuse_unknown, summary_in
from graphmem.learn.rows import query_of, support_links
from graphmem.learn.steps import STEPS, Consolidation
from graphmem.learn.uses import counted
from graphmem.model import Fact, Hit, Interaction, RecallOptions
from graphmem.read.channels import POOL, Channels, rescored, routed
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.read.rank import Ranking
from graphmem.read.recall import recall
from graphmem.read.recollection import Recollection
from graphmem.read.tokens import TokenBook
from graphmem.rows import Batch
from graphmem.upkeep import Upkeep
from graphmem.write.admit import checked_count, checked_text
from graphmem.write.merged import origin_of

__all__ = ["Learning"]

#: Types of hits that are warm or cold.
_USABLE = frozenset({"interaction", "fact", "insight"})
_P = ParamSpec("_P")
_R = TypeVar("_R")


@checked_verbs
class Learning(Upkeep):
    """Queries, insights and guidance: memory that learns from what it was used for."""

    #: The constants of learning; replace them before the first query.
    learning: LearningOptions = LearningOptions()
    #: Weights of what consolidation adds to recall: all 0.
    channels: Channels = Channels()
    _tuning: Tuning | None = None

    def query(
        self,
        text: str,
        *,
        agent: str | None = None,
        task: str | None = None,
        at: datetime | None = None,
        id: str | None = None,  # noqa: A002 - the name callers know from Message and Passage
        parent: str | None = None,
    ) -> Query:
        """Open a query, a task or question an agent was given, or go on with the open one of this id.

        Args:
            text: the task.
            agent: who works on it.
            task: a label of the kind of task, kept; similar queries are found without it.
            at: when it was given, an aware instant; None is now.
            id: the caller's own id; None derives one from text, agent, task and instant.
            parent: id of the query that this one is a sub-goal of.

        Raises:
            InvalidInput: text, name or instant cannot be taken, the query of that id is closed, or the parent is a
                sub-goal of it.
            NotFound: no query has the parent's id.
        """
        return open_query(self._desk(), text, agent=agent, task=task, at=at, id=id, parent=parent)

    def guidance(self, text: str, *, role: str | None = None, top_k: int = 3) -> Guidance:
        """Return what memory offers for a task, at most `top_k` of each kind, without opening a query.

        Raises: InvalidInput: the text is empty, or top_k < 1.
        """
        checked_text(text, what="a query's text")
        if top_k < 1:
            raise InvalidInput(f"top_k is {top_k}; ask for at least 1 of each kind")
        desk = self._desk()
        vector = meanings(self._embedder, [text])[0]
        return guidance(desk, text, vector, role=role, top_k=top_k, leave_out=None)

    def answers(
        self, *, agent: str | None = None, task: str | None = None
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Decorate a function that answers queries: its first argument is the text, `query=` is the open query.

        What it returns is the answer of a success; when it raises, the query has failed and the error goes on. The
        function may be a coroutine function. A function that closes its query itself is left alone.
        """

        def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
            if inspect.iscoroutinefunction(function):
                return cast(Callable[_P, _R], self._answering_async(function, agent=agent, task=task))

            @functools.wraps(function)
            def answering(*args: _P.args, **kwargs: _P.kwargs) -> _R:
                with self._answering(text_of(args), agent=agent, task=task) as (query, tell):
                    kwargs["query"] = query
                    return cast(_R, tell(function(*args, **kwargs)))

            return answering

        return decorate

    def queries(
        self,
        *,
        is_open: bool | None = None,
        outcome: Literal["success", "failure"] | None = None,
        top_k: int = 100,
    ) -> list[PastQuery]:
        """Return queries, the latest first; `is_open=True` lists those that nobody closed, as a crash leaves them."""
        with self._learnt() as learnt:
            every = [query_of(node) for node in learnt.of("Query")]
        wanted = [q for q in every if is_open in (None, q.open) and outcome in (None, q.outcome)]
        return sorted(wanted, key=lambda q: (-(q.at.timestamp() if q.at else 0.0), q.id))[: checked_count(top_k)]

    def insight(self, text: str, *, supports: Sequence[PastQuery | Query | Fact | str] = ()) -> Insight:
        """Keep a lesson that a person or agent states; without support it is asserted, and says so.

        Args:
            text: the lesson, in words.
            supports: queries or facts (or their ids) that it rests on.

        Raises:
            InvalidInput: the text is empty.
            NotFound: a support is not in this memory.
        """
        checked_text(text, what="an insight")
        ids = [s if isinstance(s, str) else s.id for s in supports]
        present, desk = self._present(None), self._desk()
        with self._lock:
            writer = self._writing(present)
            refuse_unknown(self.store, self.namespace, ids)
            new = Insight(
                id=derive_id(writer.origin, "Insight", "asserted", " ".join(text.split())),
                text=text,
                supports=tuple(Support(i) for i in dict.fromkeys(ids)),
                created_at=present,
            )
            known = self.store.nodes(self.namespace, ids=[new.id], expired=True)
            rows = [] if known else desk.insight_rows([new])
            self.store.save(self.namespace, Batch(nodes=rows, links=support_links(new)), now=present)
        with self._learnt() as learnt:
            return read_insight(learnt, new.id)

    def insights(self, *, retired: bool = False, top_k: int = 100) -> list[Insight]:
        """Return lessons, the best credited first; `retired` ones too when asked."""
        with self._learnt() as learnt:
            every = [read_insight(learnt, n.id) for n in learnt.of("Insight") if retired or n.expired_at is None]
        return sorted(every, key=lambda i: (-i.score, i.id))[: checked_count(top_k)]

    def retained(self, *things: Insight | Fact | Interaction | Hit | str) -> list[Retained]:
        """Return how well things are retained now, and whether that is hot, warm or cold, in order.

        Strength grows with each query that used a thing (`Query.used`) and each recall in which it was useful
        (`feedback`), retention fades from the last use on. It tells and, where `channels.retention` is set, ranks, and
        `found.context(warm=...)` packs by it; nothing is ever deleted by it.

        Raises: NotFound: an id is no insight, fact or interaction of this memory.
        """
        ids = list(dict.fromkeys(t if isinstance(t, str) else t.id for t in things))
        with self._learnt() as learnt:
            return retained(learnt, instants_of(self.store, self.namespace, ids), now=self._present(None))

    def tiers(self, *, now: datetime | None = None) -> Tiers:
        """Return how many interactions are hot, warm and cold, now or at an aware instant.

        Raises: InvalidInput: a naive instant, or a namespace that is too large for an index in this process.
        """
        with self._lock, self._shelf.whole(self.namespace) as index:
            return tiers(index, now=self._present(now))

    @property
    def core(self) -> Core:
        """The core blocks: a few named texts that always go into an agent's context, with their history."""
        return Core(self._desk())

    def consolidate(
        self,
        *,
        steps: Sequence[Consolidation] = STEPS,
        dry_run: bool = False,
        tick: Callable[[str, int], None] = lambda _, __: None,
    ) -> Consolidated:
        """Bring summaries, communities, profiles, merged insights and procedures into line with what is there.

        Only what changed since is worked on; run twice, the second run writes nothing. Interrupted, the next goes on.
        Other threads and processes recall and remember meanwhile: what they write waits for the next run.

        Args:
            steps: which, of `graphmem.learn.steps.EVERY_STEP`; they run in its order.
            dry_run: write nothing, and say what would be written.
            tick: told (step, nodes written) as it goes.

        Raises: InvalidInput: an unknown step, or a namespace that is too large for an index in this process.
        """
        with self._consolidating:
            if not dry_run:
                with self._lock:
                    self._writing(self._present(None))
            lend = functools.partial(self._shelf.whole, self.namespace)
            return consolidate(self._desk(), lend, steps=steps, dry_run=dry_run, tick=tick)

    def summary(self, *, session: str | None = None) -> Overview:
        """Return the summary of this namespace, or of a session, as `consolidate` left it, with its sources.

        It is made of what was said, never of summaries: an extract, or a chat model's words. The text is "" where
        nothing was summed up yet.
        """
        return summary_in(self.store, self.namespace, origin=self._desk().origin, session=session)

    def profile(self, name: str) -> Profile:
        """Return what is known of a person or agent, as `consolidate` left it: facts, preferences and traits.

        Each says which fact and which interactions it rests on, and since when. It is empty where nothing was drawn.

        Raises: NotFound: nobody is called so.
        """
        return profile_in(self.store, self.namespace, name)

    def feedback(
        self,
        found: Recollection,
        *,
        useful: Sequence[Hit | str] = (),
        useless: Sequence[Hit | str] = (),
        answer: str = "",
    ) -> Tuning:
        """Say which hits of a recall helped: this namespace's ranking moves towards them, a little and within bounds.

        Those said to be useful count as used once more: they keep warm (`retained`).

        Args:
            found: what `recall` returned.
            useful: hits (or their ids) that helped; without `useless`, those above them count as passed over.
            useless: hits (or ids) that did not help.
            answer: what was made of them: hits it cites by id, number ("[2]") or quotation were useful, too.

        Raises: InvalidInput: nothing is given, or a hit is not among those found.
        """
        helped = [*useful, *cited_in(answer, found.hits)]
        if answer and not (helped or useless):
            return self.tuning  # an answer that cites nothing says nothing of what was found
        good, bad = told_apart(found.hits, useful=helped, useless=useless)
        with self._lock:
            self._writing(self._present(None))
            self._tuning = None  # another process may have learnt meanwhile
            new = learnt_from(Ranking.load(None), self.tuning, useful=good, useless=bad)
            self.tune(new)
            self._count_uses(good if helped else ())
        return new

    def _count_uses(self, hits: Iterable[Hit]) -> None:
        """Count one use of each interaction, fact and insight of this namespace among the hits, in one transaction."""
        if ids := [h.id for h in hits if h.type in _USABLE and h.namespace in ("", self.namespace)]:
            present = self._present(None)
            with self._lock, self._learnt() as learnt:
                self.store.save(self.namespace, Batch(links=counted(learnt, ids, now=present)), now=present)

    @property
    def tuning(self) -> Tuning:
        """How far feedback has moved this namespace's ranking; `Tuning.json` carries it elsewhere."""
        tuning = self._tuning  # another thread's feedback may let go of it meanwhile
        if tuning is None:
            kept = self.store.setting(self._tuning_key())
            self._tuning = tuning = Tuning.of(kept) if kept else Tuning()
        return tuning

    def tune(self, tuning: Tuning) -> None:
        """Use a tuning from elsewhere, or none: `memory.tune(Tuning())` goes back to the shipped weights."""
        with self._lock:
            self.store.set_setting(self._tuning_key(), checked_fields(tuning).json())
            self._tuning = tuning

    # --- how --------------------------------------------------------------------------------------------------------

    def _begin_anew(self, namespace: str) -> None:
        super()._begin_anew(namespace)
        self._tuning = None

    def _left(self, namespace: str) -> None:
        super()._left(namespace)
        if namespace == self.namespace:
            self._tuning = None  # an erased namespace's is gone with it

    def _tuning_key(self) -> str:
        return f"tuning {origin_of(self.store, self.namespace)}"

    def _own_ranking(self, namespaces: Sequence[str]) -> Ranking | None:
        """Return the ranking that feedback made, for recalls of this namespace alone; None where there was none."""
        if list(namespaces) != [self.namespace] or not self.tuning.pairs:
            return None
        return tuned(Ranking.load(None), self.tuning)

    def _desk(self) -> Desk:
        return Desk(
            store=self.store,
            namespace=self.namespace,
            embedder=self._embedder,
            clock=lambda: self._present(None),
            writer=self._writing,
            learnt=self._learnt,
            recall=self._bearing,
            lock=self._lock,
            options=self.learning,
            chat=self._chat,
        )

    @contextmanager
    def _learnt(self) -> Iterator[Learnt]:
        with self._shelf.reading([self.namespace]) as indexes:
            held = indexes[0]
            yield held.learnt if isinstance(held, Index) else Learnt.load(self.store, self.namespace)

    def _bearing(self, text: str, top_k: int) -> Recollection:
        """Return facts and interactions that bear on a task: what was said, not what was done on other queries."""
        options = RecallOptions(types=("interaction", "fact"), kinds=("message", "passage"))
        return self._recalled(text, names=[self.namespace], options=options, top_k=top_k, now=self._present(None))

    def _recalled(
        self,
        text: str,
        *,
        names: Sequence[str],
        options: RecallOptions,
        top_k: int,
        now: datetime,
        ranking: str | Path | Ranking | None = None,
        tokens: TokenBook | None = None,
    ) -> Recollection:
        """Recall from these namespaces as of now; of this one alone, with the channels that are on."""
        with self._shelf.reading(names) as indexes:
            asked = functools.partial(
                recall,
                text,
                indexes=indexes,
                store=self.store,
                embedder=self._embedder,
                options=options,
                now=now,
                ranking=ranking,
                slots=self._slots,
                tokens=tokens,
            )
            index = indexes[0] if self.channels.any and list(names) == [self.namespace] else None
            return self._channelled(asked, text, index, top_k, now) if isinstance(index, Index) else asked(top_k=top_k)

    def _channelled(
        self, asked: Callable[..., Recollection], text: str, index: Index, top_k: int, now: datetime
    ) -> Recollection:
        """Ask deeper than asked for, with what communities bring, and place what comes by the channels that are on."""
        once = AskedOnce(self._embedder)
        try:
            vector = once.embed_question(text)
        except ModelError:  # recall says so itself, and there are no cosines to add
            return asked(top_k=top_k)
        also = routed(self.channels, index=index, store=self.store, vector=vector)
        found = asked(top_k=max(top_k, POOL), also=also, embedder=once)
        return rescored(found, self.channels, index=index, store=self.store, vector=vector, now=now, top_k=top_k)

    @contextmanager
    def _answering(
        self, text: str, *, agent: str | None, task: str | None
    ) -> Iterator[tuple[Query, Callable[[object], object]]]:
        query = self.query(text, agent=agent, task=task)
        with answered(query) as tell:
            yield query, tell

    def _answering_async(
        self, function: Callable[..., Awaitable[object]], *, agent: str | None, task: str | None
    ) -> Callable[..., Awaitable[object]]:
        @functools.wraps(function)
        async def answering(*args: Any, **kwargs: Any) -> object:
            with self._answering(text_of(args), agent=agent, task=task) as (query, tell):
                return tell(await function(*args, **{**kwargs, "query": query}))

        return answering
