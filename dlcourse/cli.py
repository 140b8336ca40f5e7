"""The ``dlcourse`` command: thin; every subcommand calls one function of the package and prints what it says."""
import argparse
import sys
from pathlib import Path


def main(argv=None):
    """Run one subcommand.

    -> exit status: 0 done, 1 something has no result or fails its checks, 2 the call cannot be carried out, 3 done, but look at what is named
    """
    args = parser().parse_args(argv)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        print("stopped; what was finished is kept, the same command goes on from there", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        return 0
    except ModuleNotFoundError as error:
        print(f"dlcourse {args.command}: the module {error.name} is missing; pip install -c constraints.txt -e '.[student,grading]' brings it", file=sys.stderr)
        return 2
    except (ValueError, OSError, RuntimeError) as error:
        print(f"dlcourse {args.command}: {error}", file=sys.stderr)
        return 2


def parser():
    """The argument parser with all subcommands."""
    top = argparse.ArgumentParser(prog="dlcourse", description="Deep learning from the neuron up: exercises and their grader.")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, run, text):
        p = sub.add_parser(name, help=text, description=text, allow_abbrev=False)  # --clas is a slip
        p.set_defaults(run=run)
        return p

    command("device", device, "print which processor and precision the course would use")

    p = command("check", check, "tell a student which tests of a notebook pass and what is missing")
    p.add_argument("notebook", type=Path, nargs="+", help="a .ipynb file (what is saved on disk counts), or a folder: all notebooks in it")
    p.add_argument("--timeout", type=int, default=30, metavar="S", help="seconds a cell may run (default 30)")
    p.add_argument("--cold", action="store_true", help="start a kernel of its own, without the pre-loaded helper, which stays for half an hour")

    p = command("lab", lab, "copy exercises that are not there yet to work/ and open JupyterLab on them")
    p.add_argument("--folder", type=Path, default=Path("work"), help="where your copies live (default work)")
    p.add_argument("options", nargs="*", help="passed on to jupyter lab, after --")

    p = command("release", release, "make the student notebooks from solutions/")
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    p.add_argument("--out", type=Path, help="write there instead of notebooks/")
    p.add_argument("--student-repo", type=Path, metavar="DIR", help="write a copy for students, without solutions and tests, to DIR")

    p = command("grade", grade, "grade every submitted notebook of a class")
    p.add_argument("exercise", nargs="*", help="chapters or exercises to grade, like mlp or mlp/losses (default: all)")
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    p.add_argument("--class", dest="folder", type=Path, help="the class's folder, with submitted/<student>/<chapter>/*.ipynb (default _grading)")
    p.add_argument("--student", action="append", help="only this student (may be repeated)")
    p.add_argument("--workers", type=int, help="processes side by side (default: the number of cores, 8 at most)")
    p.add_argument("--cell-timeout", type=int, metavar="S", help="seconds a cell may run (default 30)")
    p.add_argument("--notebook-timeout", type=int, metavar="S", help="seconds a notebook may run (default 120)")
    p.add_argument("--limit", action="append", default=[], metavar="NAME=NUMBER",
                   help="another limit of a submission, like memory=4G, processes=64, disk=64M, cell_output=1M, notebook_output=10M, file_size=20M, cells=500, "
                        "text=1M")
    p.add_argument("--seed", default="", help="a new seed for hidden tests' inputs (default: the class's own, in seed.txt; at first random)")
    p.add_argument("--force", action="store_true", help="grade unchanged submissions again")
    p.add_argument("--no-feedback", action="store_true", help="make no feedback pages")
    p.add_argument("--no-sandbox", action="store_true", help="run student code with your own rights: for your own solutions only")
    p.add_argument("--scheduler", metavar="ADDRESS", help="grade on the workers of this Dask scheduler, like tcp://host:8786 (default: processes here)")
    p.add_argument("--db", metavar="URL", help="the gradebook's database, like postgresql://user@host/name (default: DLCOURSE_DB, else gradebook.db)")
    p.add_argument("--engine", choices=["dlcourse", "nbgrader"], default="dlcourse",
                   help="nbgrader: grade any nbgrader course (--class) with the scores of nbgrader autograde; its limits are those of its nbgrader_config.py")

    p = command("report", report, "write an HTML page and CSV files on what a graded class's results say, and grades for a learning platform")
    p.add_argument("exercise", nargs="*", help="chapters or exercises, like mlp or mlp/losses (default: all)")
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    p.add_argument("--class", dest="folder", type=Path, help="the class's folder (default _grading)")
    p.add_argument("--lms", choices=("canvas", "moodle"), help="also write grades in the form that it imports")
    p.add_argument("--roster", type=Path, metavar="CSV", help="the file that the platform exports; its columns stay, the grades are filled in")
    p.add_argument("--column", action="append", default=[], metavar="TITLE",
                   help='the roster\'s column for the grade, like "Losses (555)"; CHAPTER=TITLE where several chapters are reported (may be repeated)')
    p.add_argument("--scale", action="store_true", help="multiply the points to the platform's maximum where that differs from the exercises' points")
    p.add_argument("--unmarked-zero", action="store_true",
                   help="count written questions that nobody has marked as 0 (default: their students' grades are left as they are in the roster)")
    p.add_argument("--db", metavar="URL", help="the gradebook's database (default: DLCOURSE_DB, else gradebook.db)")
    p.add_argument("--no-similar", action="store_true", help="do not compare answers")

    p = command("collect", collect, "put a platform's zip, a folder or nbgrader's exchange into a class's submitted/")
    p.add_argument("source", type=Path, help="a .zip file or a folder")
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    p.add_argument("--class", dest="folder", type=Path, help="the class's folder (default _grading)")
    p.add_argument("--from", dest="kind", choices=("canvas", "moodle", "zip", "exchange"), required=True, help="how its files are named")
    p.add_argument("--chapter", help="for notebooks whose name several chapters have")
    p.add_argument("--update", action="store_true", help="a newer file replaces the one that is there, which is kept in replaced/")
    p.add_argument("--timestamps", action="store_true", help="give files the time in the archive: penalties for lateness go by it")

    p = command("kernel", kernel, "notebook kernels that start at once, also for nbgrader and JupyterLab")
    p.add_argument("action", choices=["install", "stop"], help="install: add the kernel dlcourse-warm to this Python; stop: end the pre-loaded servers")

    p = command("formgrader", formgrader, "open nbgrader's formgrader on a class, to mark by hand")
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    p.add_argument("--class", dest="folder", type=Path, help="the class's folder (default _grading)")
    p.add_argument("options", nargs="*", help="passed on to jupyter lab, after --")

    p = command("sample-class", sample, "write a class of made-up submissions to try the grader on")
    p.add_argument("folder", type=Path)
    p.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    return top


def device(args):
    from dlcourse.device import describe

    print(describe())
    return 0


def check(args):
    from dlcourse.grading import warm

    if warm.possible() and not args.cold:
        try:
            return warm.check(args.notebook, args.timeout, progress)
        except OSError as error:
            print(f"without the pre-loaded helper: {error}", file=sys.stderr)
    from dlcourse.grading.verdict import notebooks, verdict

    return max(verdict(path, args.timeout) for named in args.notebook for path in notebooks(named))


def lab(args):
    from dlcourse.grading.lab import open_lab

    return open_lab(Path("notebooks"), args.folder, args.options)


def release(args):
    from dlcourse.grading.grade import count
    from dlcourse.grading.release import points_table, release, student_repo

    root = repository(args.root)
    if args.student_repo:
        print(f"students' copy: {student_repo(root, args.student_repo)}")
        return 0
    changed = release(root, args.out)
    table = points_table(root)
    print(f"{count(len(table), 'notebook')}, {sum(r[2] for r in table):g} points by tests, {sum(r[3] for r in table):g} by hand; {len(changed)} changed")
    return 0


def grade(args):
    if args.engine == "nbgrader":
        return grade_with_nbgrader(args)
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.grade import count, grade
    from dlcourse.grading.gradebook import database, shown
    from dlcourse.grading.one import Policy, limits
    from dlcourse.grading.tables import summary

    root = repository(args.root)
    folder = args.folder or root / class_folder()
    times = {"cell_seconds": args.cell_timeout, "notebook_seconds": args.notebook_timeout}
    policy = Policy(sandboxed=not args.no_sandbox, class_seed=args.seed, **{k: v for k, v in times.items() if v is not None} | limits(args.limit))
    done = grade(folder, root, args.exercise, args.student, policy, args.workers, not args.no_feedback, say=progress, force=args.force,
                 scheduler=args.scheduler, db=args.db)
    print(summary(asked_for(done, args.student, args.exercise)))
    print(f"grades: {folder / 'grades.csv'}, {folder / 'totals.csv'}   feedback: {folder / 'feedback'}   gradebook: {shown(database(folder, args.db))}")
    trouble = [f"{r.place}: {r.trouble}" for r in done.results if r.trouble]
    unread = [f"{r.place}: scores 0, could not be read" for r in done.results if r.unread]
    left = [f"{name}: {why}" for name, why in done.left_out.items()]
    odd = [f"{r.place}: {note}" for r in done.results for note in r.notes if "by hand" in note]
    if trouble or unread or left or odd:
        found = ((trouble, "notebook", "without a result"), (unread, "file", "that could not be read"), (left, "folder", "left out"),
                 (odd, "notebook", "to look at by hand"))
        print("look at: " + ", ".join(f"{count(len(names), word)} {what}" for names, word, what in found if names), file=sys.stderr)
        print(*(f"  {line}" for line in [*trouble, *unread, *left, *odd]), sep="\n", file=sys.stderr)
    return 1 if trouble else 3 if unread or left or odd else 0


def asked_for(done, students, exercises):
    """The lines of a run's table that its call was about: of the students who were graded, and of the exercises that were named; all if none was."""
    names = {r.student for r in done.results}
    mine = [r for r in done.table if not (students or exercises) or r["student"] in names or not (students or r["notebook"])]
    return [r for r in mine if not (exercises and r["notebook"]) or {r["chapter"], f"{r['chapter']}/{r['notebook']}"} & set(exercises)]


NOT_NBGRADERS = {  # options of grade that --engine nbgrader cannot follow -> what to do instead
    "root": "name the course's folder with --class", "db": "set c.CourseDirectory.db_url in the course's nbgrader_config.py",
    "cell_timeout": "set c.Execute.timeout in the course's nbgrader_config.py", "notebook_timeout": "c.Execute.timeout there holds for each cell",
    "limit": "leave it out: memory, disk and file sizes have fixed limits there", "seed": "leave it out: its tests draw their own inputs",
    "scheduler": "leave it out: it grades on this machine, --workers side by side"}


def grade_with_nbgrader(args):
    """Any nbgrader course, with nbgrader's own scores.  Raises ValueError for an option that this engine cannot follow."""
    from dlcourse.grading.compat import grade_course

    refused = [f"--{name.replace('_', '-')} ({remedy})" for name, remedy in NOT_NBGRADERS.items() if getattr(args, name) not in (None, "", [])]
    if refused:
        raise ValueError(f"--engine nbgrader does not know {', '.join(refused)}")
    outcomes = grade_course(args.folder or Path("."), args.student, args.exercise, not args.no_sandbox, args.workers, progress, args.force)
    failed = [o for o in outcomes if o.state == "failed"]
    print(f"{sum(o.state == 'graded' for o in outcomes)} graded, {sum(o.state == 'kept' for o in outcomes)} graded before, {len(failed)} failed")
    if failed:
        print("look at:", *(f"  {o.place}: {o.reason}" for o in failed), sep="\n", file=sys.stderr)
    return 1 if failed else 0


def kernel(args):
    from dlcourse.kernels import provisioner

    print(provisioner.install() if args.action == "install" else f"{provisioner.stop_servers()} servers will end")
    return 0


def sample(args):
    from dlcourse.grading.sample import write_class

    students = write_class(repository(args.root), args.folder)
    print(f"{len(students)} students in {args.folder / 'submitted'}: {', '.join(students)}")
    return 0


def report(args):
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.grade import count
    from dlcourse.grading.lms import Options
    from dlcourse.grading.report import report

    folder = args.folder or repository(args.root) / class_folder()
    given = [name for name in ("roster", "column", "scale", "unmarked_zero") if getattr(args, name)]
    if given and not args.lms:
        raise ValueError(f"--{given[0].replace('_', '-')} is given without --lms; expected --lms canvas or --lms moodle with it")
    options = Options(tuple(args.column), args.scale, args.unmarked_zero)
    done = report(folder, args.exercise, not args.no_similar, args.lms, args.roster, progress, args.db, options)
    pairs = f", {len(done.similar.pairs)} pairs of similar answers" if done.similar else ""
    waits = f"{count(done.waiting, 'notebook')} wait{'s' * (done.waiting == 1)} for a person"
    print(f"{count(done.students, 'student')}, {len(done.missing)} without a notebook, {waits}{pairs}: {done.page}")
    late = [f"{count(done.ungraded, 'notebook')} handed in and not graded: run dlcourse grade"] if done.ungraded else []
    look = [*late, *done.unmarked, *done.unmatched]
    print(*(f"  {line}" for line in look), sep="\n", end="\n" if look else "", file=sys.stderr)
    return 3 if look else 0


def collect(args):
    from dlcourse.grading.collect import collect
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.source import exercises

    root = repository(args.root)
    known = {(p.parent.name, p.stem) for p in exercises(root)}
    done = collect(args.source, args.folder or root / class_folder(), args.kind, known, args.chapter, args.update, args.timestamps, progress,
                   root / "notebooks")
    look = [*done.left, *done.without]
    print(*(f"  {line}" for line in done.late), sep="\n", end="\n" if done.late else "")
    print(*(f"  {line}" for line in look), sep="\n", end="\n" if look else "", file=sys.stderr)
    return 3 if look else 0


def formgrader(args):
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.lab import open_formgrader

    root = repository(args.root)
    return open_formgrader(root, args.folder or root / class_folder(), args.options)


def repository(given):
    """The course's folder: the one that was given, else the nearest above here that has solutions/ and dlcourse/.  Raises ValueError outside of it."""
    if given:
        return given
    here = Path.cwd()
    found = next((p for p in [here, *here.parents] if (p / "solutions").is_dir() and (p / "dlcourse").is_dir()), None)
    if found is None and not (here / "solutions").is_dir():
        raise ValueError(f"{here} is not in the course's repository (neither it nor a folder above has solutions/ and dlcourse/); go there, or name "
                         "the repository with --root DIR")
    return found or here


def progress(text):
    """A line of progress, at once."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
