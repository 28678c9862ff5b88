"""Each morning: cases brought to what is late, calls put on work lists, texts written, and sent where the hour allows it."""

from __future__ import annotations

from xindai.journeys import notify
from xindai.journeys.parts import parts
from xindai.onboarding.notices import operations as notices
from xindai.postloan.collections import operations as collections


def treat() -> int:
    """Want and write what today's steps are; how many texts. Twice is once."""
    with parts().db.transaction("treatment wanted") as tx:
        wanted = collections.treat(tx, parts().plans)
        for text in wanted:
            notices.write(
                tx,
                person_id=text.person_id,
                topic=parts().topics[text.topic],
                key=f"treatment|{text.person_id}|{tx.on}|{text.topic}",
                facts={**text.facts, "day": tx.on.isoformat()},
            )
    while notify.send_some():  # a moved clock would else run ahead of what is waiting
        pass
    return len(wanted)
