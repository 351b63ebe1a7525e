"""The commands of ``ppmid-harness``."""

import typer

from ppmid_harness.cli import (
    adapter,
    allure,
    answers,
    boxed,
    bundle,
    business_case,
    capture,
    certificates,
    compare,
    console,
    coverage,
    device,
    duis,
    gbcs,
    history,
    init,
    judge,
    outcomes,
    prove,
    report,
    risk,
    routes,
    rtds,
    run,
    signoff,
    suite,
    timings,
    utrn,
)

app = typer.Typer(
    name="ppmid-harness",
    help="Conformance harness for topping up prepayment meters through a PPMID while the WAN is down.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("run", help=run.HELP)(run.run)
app.command("lint", help=suite.LINT_HELP)(suite.lint)
app.command("checks", help=suite.CHECKS_HELP)(suite.checks)
app.command("device", help=device.HELP)(device.device)
app.command("rejudge", help=judge.HELP)(judge.rejudge)
app.command("business-case", help=business_case.HELP)(business_case.business_case)
app.command("certificates", help=certificates.HELP)(certificates.certificates)
app.command("coverage", help=coverage.HELP)(coverage.coverage)
app.command("allure", help=allure.HELP)(allure.allure)
app.command("answers", help=answers.HELP)(answers.answers)
app.command("compare", help=compare.HELP)(compare.compare)
app.command("console", help=console.HELP)(console.console)
app.command("prove", help=prove.HELP)(prove.prove)
app.command("risk", help=risk.HELP)(risk.risk)
app.command("routes", help=routes.HELP)(routes.routes)
app.command("verify", help=bundle.VERIFY_HELP)(bundle.verify)
app.command("replay", help=bundle.REPLAY_HELP)(bundle.replay)
app.command("signoff", help=signoff.HELP)(signoff.signoff)
app.command("report", help=report.HELP)(report.report)
app.command("outcomes", help=outcomes.HELP)(outcomes.outcomes)
app.command("timings", help=timings.HELP)(timings.timings)
app.command("init", help=init.HELP)(init.init)
app.add_typer(adapter.app, name="adapter")
app.add_typer(boxed.app, name="boxed")
app.add_typer(bundle.app, name="bundle")
app.add_typer(capture.app, name="capture")
app.add_typer(duis.app, name="duis")
app.add_typer(gbcs.app, name="gbcs")
app.add_typer(history.app, name="history")
app.add_typer(rtds.app, name="rtds")
app.add_typer(utrn.app, name="utrn")
