from pathlib import Path

from tidy import drawings, examples
from xindai.credit.strategies import graph as strategy

ROOT = Path(__file__).parents[2]


def test_states_are_drawn_as_the_code_has_them() -> None:
    for name, text in drawings.states().items():
        assert (ROOT / "docs" / "states" / name).read_text(encoding="utf-8") == text, "run `make states`"


def test_the_house_is_drawn_as_the_import_contract_has_it() -> None:
    assert (ROOT / "docs" / "house.md").read_text(encoding="utf-8") == drawings.house(), "run `make states`"


def test_the_data_map_is_drawn_as_it_is_declared() -> None:
    assert (ROOT / "docs" / "data-map.md").read_text(encoding="utf-8") == drawings.data_map(), "run `make states`"


def test_the_readmes_show_the_house_as_it_is() -> None:
    drawn = drawings.house().split("```mermaid")[1]
    for name in ("README.md", "README.zh-CN.md"):
        assert drawn.strip() in (ROOT / name).read_text(encoding="utf-8"), (
            f"{name}: copy the drawing from docs/house.md"
        )


def test_every_state_can_be_reached_and_every_move_leads_to_a_state() -> None:
    for name, (moves, first) in drawings.TABLES.items():
        reached, waiting = {first}, [first]
        while waiting:
            for after in moves[waiting.pop()]:
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        assert reached == set(moves), f"{name}: {set(moves) - reached} cannot be reached"


def test_the_shipped_strategy_judges_every_rule() -> None:
    text = (ROOT / "src/xindai/credit/strategies/consumer.json").read_text(encoding="utf-8")
    loaded = strategy.load("consumer", text)
    for rule in strategy.RULES:
        assert f'"{rule}"' in text
    assert len(loaded.hash) == 64


def test_the_examples_of_the_docs_are_what_the_code_answers() -> None:
    assert examples.worked() == examples.PAGE.read_text(encoding="utf-8"), "run `make states`"
