"""What docs/duis-and-dcc.md shows of a bench file is what the DCC takes, and does."""

import re
import tomllib
from pathlib import Path

from dcc_bench import Bench, top_up
from home_parts import ESME, GSME

from ppmid_bench.typed import convert
from ppmid_devices.dcc.settings import DccSettings

PAGE = Path(__file__).parents[3] / "docs" / "duis-and-dcc.md"


def test_the_bench_of_the_page_refuses_what_it_says() -> None:
    (page,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    settings = convert(tomllib.loads(page)["parties"]["dcc"], DccSettings, PAGE.name, "[parties.dcc]")
    bench = Bench(settings=settings)
    assert bench.code_of(top_up(1)) == "E5"
    assert bench.code_of(top_up(1, GSME)) == "I99"
    bench.dcc.inventory.set_status(ESME, "Commissioned", bench.clock.now())
    assert bench.code_of(top_up(1, counter=4 << 32)) == "I99"
    bench.run(40 * 86_400 * 10**9)
    assert bench.code_of(top_up(1, counter=5 << 32)) == "E4"
