//! The script of a job array.
//!
//! It is short, so that it can be read and changed: Slurm's own directives, and a shell that passes signals on to the
//! program, whose exit code 4 says that checkpoints are written. `--signal=B:` has Slurm warn the shell alone. Whoever
//! cancels a job sends SIGTERM, after which nothing is requeued; what a job was preempted for, or lost with its node, Slurm
//! requeues itself.

use super::time_limit::WARNING;
use records::text::quoted;
use std::path::Path;
use trial::Exit;

/// What a script is made of. All paths are absolute.
pub struct Script<'a> {
    /// What the plan is about.
    pub of: &'a str,
    /// Elements of the array.
    pub elements: usize,
    /// Elements that run at once at most.
    pub at_once: Option<usize>,
    /// Options of sbatch, which come after those that are usual and so take their place.
    pub options: &'a str,
    /// Requeues of an element at most.
    pub requeues: u32,
    /// The folder that elements run in, in which a plan's paths are relative.
    pub place: &'a Path,
    /// The program.
    pub program: &'a Path,
    /// The plan.
    pub plan: &'a Path,
}

impl Script<'_> {
    /// Its text.
    pub fn text(&self) -> String {
        let Self { of, requeues, .. } = self;
        let interrupted = Exit::Interrupted as i32;
        let warning = WARNING.as_secs();
        // What a shell says of a program that the warning ended, because it had not yet begun or was done.
        let warned = 128 + libc::SIGUSR1;
        let at_once = self.at_once.map(|number| format!("%{number}")).unwrap_or_default();
        let last = self.elements.saturating_sub(1);
        let log = log(self.plan);
        let options = match self.options {
            "" => String::new(),
            options => format!("#SBATCH {options}\n"),
        };
        let [place, program, plan] = [self.place, self.program, self.plan].map(quoted);
        format!(
            r#"#!/bin/sh
# Trains a plan of harness. Each element of the array takes the next trial that no other program is training, until none
# is left. Warned of its time limit, it writes checkpoints and requeues itself, to go on from them.
#SBATCH --job-name=harness-{of}
#SBATCH --array=0-{last}{at_once}
#SBATCH --output={log}
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@{warning}
{options}
cd {place} || exit 2
plan={plan}
if [ ! -r "$plan" ]; then
    echo "error: $(hostname) cannot read $plan; choose a folder that every node sees with --out" >&2
    exit 2
fi

requeue=no
trap 'requeue=yes; kill -USR1 "$program" 2>/dev/null' USR1
trap 'kill -TERM "$program" 2>/dev/null' TERM
{program} run "$plan" --executor=local --free-only &
program=$!
wait "$program"
code=$?
# A signal ends the wait, and not the program.
while kill -0 "$program" 2>/dev/null; do
    wait "$program"
    code=$?
done

if [ "$requeue" = yes ] && {{ [ "$code" = {interrupted} ] || [ "$code" = {warned} ]; }}; then
    if [ "${{SLURM_RESTART_COUNT:-0}}" -lt {requeues} ]; then
        echo "the time limit is near: what runs has a checkpoint, and this element is requeued"
        trap '' USR1 TERM
        exec scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID"
    fi
    echo "error: requeued {requeues} times already (--max-requeues); submit the plan again to go on" >&2
fi
exit "$code"
"#
        )
    }
}

/// Where an element writes, in Slurm's notation, beside the plan.
fn log(plan: &Path) -> String {
    let folder = plan.with_file_name("").to_string_lossy().replace('%', "%%");
    format!("\"{folder}%A_%a.log\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn script(program: &str, plan: &Path, requeues: u32) -> String {
        let script = Script {
            of: "cifar10",
            elements: 8,
            at_once: Some(2),
            options: "--partition=gpu --time=8:00:00",
            requeues,
            place: plan.parent().unwrap(),
            program: Path::new(program),
            plan,
        };
        script.text()
    }

    #[test]
    fn what_a_person_asks_of_sbatch_comes_last() {
        let text = script("/opt/harness", Path::new("/shared/50% of/plan.toml"), 7);
        let directives: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("#SBATCH ")).collect();
        assert_eq!(directives[1], "--array=0-7%2");
        assert_eq!(directives[2], r#"--output="/shared/50%% of/%A_%a.log""#);
        assert_eq!(directives.last(), Some(&"--partition=gpu --time=8:00:00"));
        assert!(text.contains("cd '/shared/50% of' || exit 2"), "{text}");
    }

    /// An element as a shell runs it: `program` stands for the harness, and what is asked of scontrol is printed.
    fn element(program: &str, requeues: u32, restarts: &str, signal: Option<&str>) -> (i32, String) {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        put("scontrol", "#!/bin/sh\necho scontrol \"$@\"\n".into());
        let plan = put("plan.toml", String::new());
        let program = put("program", format!("#!/bin/sh\n{program}\n"));
        let job = put("job.sh", script(program.to_str().unwrap(), &plan, requeues));
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("sh");
        command.arg(job).env("PATH", path).env("SLURM_RESTART_COUNT", restarts);
        command.env("SLURM_ARRAY_JOB_ID", "12").env("SLURM_ARRAY_TASK_ID", "3");
        command.stdout(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        if let Some(signal) = signal {
            // The program says when it can be signalled.
            while !folder.path().join("ready").exists() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        }
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    /// A program that ends with code 4 at `signal`, a moment later.
    fn until(signal: &str) -> String {
        format!("trap 'sleep 0.2; exit 4' {signal}; touch ready; while :; do sleep 0.05; done")
    }

    #[test]
    fn a_warned_element_requeues_itself_once_its_checkpoints_are_written() {
        let (code, said) = element(&until("USR1"), 3, "2", Some("-USR1"));
        assert!(code == 0 && said.ends_with("scontrol requeue 12_3\n"), "{code} {said}");
        // Its program was not yet ready to be warned.
        let early = "touch ready; while :; do sleep 0.05; done";
        let (code, said) = element(early, 3, "", Some("-USR1"));
        assert!(code == 0 && said.ends_with("scontrol requeue 12_3\n"), "{code} {said}");
        let (code, said) = element(&until("USR1"), 3, "3", Some("-USR1"));
        assert!(code == 4 && !said.contains("scontrol"), "{code} {said}");
    }

    #[test]
    fn one_that_is_cancelled_or_ends_by_itself_does_not() {
        let (code, said) = element(&until("TERM"), 3, "", Some("-TERM"));
        assert!(code == 4 && said.is_empty(), "{code} {said}");
        for ends in [0, 3, 4, 5] {
            assert_eq!(element(&format!("exit {ends}"), 3, "", None), (ends, String::new()));
        }
        // It ended with its plan just as it was warned.
        let done = "trap 'exit 0' USR1; touch ready; while :; do sleep 0.05; done";
        assert_eq!(element(done, 3, "", Some("-USR1")), (0, String::new()));
    }
}
