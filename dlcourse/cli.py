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
        p = sub.add_parser(name, help=text, description=text)
        p.set_defaults(run=run)
        return p

    command("device", device, "print which processor and precision the course would use")

    p = command("check", check, "tell a student which tests of a notebook pass and what is missing")
    p.add_argument("notebook", type=Path, nargs="+", help="a .ipynb file (what is saved on disk counts), or a folder: all notebooks in it")
    p.add_argument("--timeout", type=int, default=30, metavar="S", help="seconds a cell may run (default 30)")

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
    p.add_argument("--cell-timeout", type=int, default=30, metavar="S", help="seconds a cell may run (default 30)")
    p.add_argument("--notebook-timeout", type=int, default=120, metavar="S", help="seconds a notebook may run (default 120)")
    p.add_argument("--seed", default="", help="a new seed for hidden tests' inputs (default: the class's own, in seed.txt; at first random)")
    p.add_argument("--force", action="store_true", help="grade unchanged submissions again")
    p.add_argument("--no-feedback", action="store_true", help="make no feedback pages")
    p.add_argument("--no-sandbox", action="store_true", help="run student code with your own rights: for your own solutions only")

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
    from dlcourse.grading.verdict import notebooks, verdict

    return max(verdict(path, args.timeout) for named in args.notebook for path in notebooks(named))


def lab(args):
    from dlcourse.grading.lab import open_lab

    return open_lab(Path("notebooks"), args.folder, args.options)


def release(args):
    from dlcourse.grading.release import points_table, release, student_repo

    root = repository(args.root)
    if args.student_repo:
        print(f"students' copy: {student_repo(root, args.student_repo)}")
        return 0
    changed = release(root, args.out)
    table = points_table(root)
    print(f"{len(table)} notebooks, {sum(r[2] for r in table):g} points by tests, {sum(r[3] for r in table):g} by hand; {len(changed)} changed")
    return 0


def grade(args):
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.grade import Policy, count, grade
    from dlcourse.grading.tables import summary

    root = repository(args.root)
    folder = args.folder or root / class_folder()
    policy = Policy(args.cell_timeout, args.notebook_timeout, not args.no_sandbox, args.seed)
    done = grade(folder, root, args.exercise, args.student, policy, args.workers, not args.no_feedback, say=progress, force=args.force)
    names = {r.student for r in done.results}
    print(summary([r for r in done.table if not (args.student or args.exercise) or r["student"] in names]))
    print(f"grades: {folder / 'grades.csv'}, {folder / 'totals.csv'}   feedback: {folder / 'feedback'}   gradebook: {folder / 'gradebook.db'}")
    trouble = [f"{r.place}: {r.trouble}" for r in done.results if r.trouble]
    unread = [f"{r.place}: scores 0, could not be read" for r in done.results if r.unread]
    left = [f"{name}: {why}" for name, why in done.left_out.items()]
    if trouble or unread or left:
        found = ((trouble, "notebook", "without a result"), (unread, "file", "that could not be read"), (left, "folder", "left out"))
        print("look at: " + ", ".join(f"{count(len(names), word)} {what}" for names, word, what in found if names), file=sys.stderr)
        print(*(f"  {line}" for line in [*trouble, *unread, *left]), sep="\n", file=sys.stderr)
    return 1 if trouble else 3 if unread or left else 0


def sample(args):
    from dlcourse.grading.sample import write_class

    students = write_class(repository(args.root), args.folder)
    print(f"{len(students)} students in {args.folder / 'submitted'}: {', '.join(students)}")
    return 0


def formgrader(args):
    from dlcourse.grading.config import class_folder
    from dlcourse.grading.lab import open_formgrader

    root = repository(args.root)
    return open_formgrader(root, args.folder or root / class_folder(), args.options)


def repository(given):
    """The course's folder: the one that was given, else the nearest above here that has solutions/ and dlcourse/."""
    if given:
        return given
    here = Path.cwd()
    return next((p for p in [here, *here.parents] if (p / "solutions").is_dir() and (p / "dlcourse").is_dir()), here)


def progress(text):
    """A line of progress, at once."""
    print(text, flush=True)
