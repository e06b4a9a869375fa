//! A Slurm cluster of one machine, with everything it has in a temporary folder: its own munged, slurmctld and slurmd, on
//! ports of their own. Where they are not installed there is none, and whoever asks is skipped.

use std::ffi::OsString;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PROGRAMS: [&str; 8] =
    ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "sinfo", "squeue", "scancel"];
/// Where Debian has the daemons, which is not on everybody's PATH.
const DAEMONS: &str = "/usr/sbin";

/// A cluster whose only node is this machine, with two processors.
pub struct Cluster {
    folder: TempDir,
    daemons: Vec<Child>,
    path: OsString,
}

impl Cluster {
    /// Starts one; none where a program is missing, which is said.
    pub fn start() -> Option<Self> {
        let mut path = std::env::var_os("PATH").unwrap_or_default();
        path.push(":");
        path.push(DAEMONS);
        let find = |name: &&&str| !std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
        if let Some(missing) = PROGRAMS.iter().find(find) {
            eprintln!("skipped: no {missing}; apt-get install slurmctld slurmd slurm-client munge");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Self { folder, daemons: Vec::new(), path };
        let key = cluster.file("munge.key");
        std::fs::write(&key, [7; 128]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o400)).unwrap();
        for name in ["spool", "state"] {
            std::fs::create_dir(cluster.file(name)).unwrap();
        }
        std::fs::write(cluster.file("slurm.conf"), cluster.configuration()).unwrap();
        let file = |option: &str, name: &str| format!("--{option}={}", cluster.file(name).display());
        let munged = [
            "--foreground".to_string(),
            "--force".into(),
            file("socket", "munge.socket"),
            file("key-file", "munge.key"),
            file("pid-file", "munged.pid"),
            file("log-file", "munged.log"),
            file("seed-file", "munge.seed"),
        ];
        cluster.daemon("munged", &munged);
        cluster.until("munged answers", |cluster| cluster.file("munge.socket").exists());
        cluster.daemon("slurmctld", &["-D".into()]);
        cluster.daemon("slurmd", &["-D".into()]);
        cluster.until("the node is there", |cluster| cluster.node() == "idle");
        Some(cluster)
    }

    /// What is needed where there are no control groups; the rest is as usual, so that several versions of Slurm take it.
    fn configuration(&self) -> String {
        let host = host();
        let user = said(Command::new("id").arg("-un"));
        let ports = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [controller, node] = ports.map(|port| port.local_addr().unwrap().port());
        let file = |name: &str| self.file(name).display().to_string();
        [
            "ClusterName=test".to_string(),
            format!("SlurmctldHost={host}(127.0.0.1)"),
            format!("SlurmUser={user}\nSlurmdUser={user}"),
            "AuthType=auth/munge".into(),
            format!("AuthInfo=socket={}", file("munge.socket")),
            format!("SlurmctldPort={controller}\nSlurmdPort={node}"),
            format!("StateSaveLocation={}\nSlurmdSpoolDir={}", file("state"), file("spool")),
            format!("SlurmctldPidFile={}\nSlurmdPidFile={}", file("slurmctld.pid"), file("slurmd.pid")),
            format!("SlurmctldLogFile={}\nSlurmdLogFile={}", file("slurmctld.log"), file("slurmd.log")),
            "ProctrackType=proctrack/linuxproc".into(),
            "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core".into(),
            "SchedulerParameters=sched_interval=1,bf_interval=1\nReturnToService=1\nJobRequeue=1\nKillWait=20".into(),
            format!("NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN"),
            "PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE".into(),
            "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1".into(),
            "PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2\n".into(),
        ]
        .join("\n")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn daemon(&mut self, name: &str, arguments: &[String]) {
        let mut command = self.on(Command::new(name));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.daemons.push(command.spawn().unwrap());
    }

    /// `command` as one that is typed on this cluster's login node.
    pub fn on(&self, mut command: Command) -> Command {
        command.env("SLURM_CONF", self.file("slurm.conf")).env("PATH", &self.path);
        command
    }

    /// What a command of Slurm prints.
    pub fn ask(&self, program: &str, words: &[&str]) -> String {
        let mut command = self.on(Command::new(program));
        command.args(words);
        said(&mut command)
    }

    /// The state of the node.
    pub fn node(&self) -> String {
        self.ask("sinfo", &["--noheader", "--format=%t"])
    }

    /// Marks the node as failed, which kills what runs there, and as mended once nothing does.
    #[track_caller]
    pub fn lose_node(&self) {
        let node = format!("NodeName={}", host());
        self.ask("scontrol", &["update", &node, "State=DOWN", "Reason=test"]);
        let log = || std::fs::read_to_string(self.file("slurmd.log")).unwrap();
        self.until("the job is killed", |_| log().contains("done with job"));
        self.ask("scontrol", &["update", &node, "State=RESUME"]);
        self.until("the node is back", |cluster| cluster.node() == "idle");
    }

    /// Takes both processors for a moment, for a job whose partition goes before the others.
    pub fn preempt(&self) {
        let urgent = ["--partition=urgent", "--ntasks=2", "--output=/dev/null", "--wrap=sleep 1"];
        self.ask("sbatch", &urgent);
    }

    /// Signals an element as Slurm does shortly before its time limit. If the element is requeued at once, scancel tries again
    /// for more than a minute; after two seconds it is ended.
    pub fn warn(&self, element: &str) {
        self.ask("timeout", &["2", "scancel", "--batch", "--signal=USR1", element]);
    }

    /// Elements of a job that wait or run, each with its state, such as `PENDING`.
    pub fn elements(&self, job: &str) -> Vec<(String, String)> {
        let listed = self.ask("squeue", &["--noheader", "--array", "--format=%i %T", "--jobs", job]);
        let element =
            |line: &str| line.split_once(' ').map(|(id, state)| (id.to_string(), state.to_string()));
        listed.lines().filter_map(element).collect()
    }

    /// Waits until `is` so.
    #[track_caller]
    pub fn until(&self, what: &str, is: impl Fn(&Self) -> bool) {
        for _ in 0..1200 {
            if is(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = |name: &str| std::fs::read_to_string(self.file(name)).unwrap_or_default();
        let logs = ["munged.log", "slurmctld.log", "slurmd.log"].map(log).join("\n");
        panic!("never: {what}\n{}\n{logs}", self.ask("squeue", &["--array"]));
    }

    /// Waits until an element that was requeued waits, and lets it start in three seconds instead of two minutes. For about
    /// a second, the node that ended it refuses a job with its number.
    #[track_caller]
    pub fn hurry(&self, element: &str) {
        self.until("the element is requeued", |cluster| {
            let told = cluster.ask("scontrol", &["show", "job", element]);
            told.contains("Restarts=1") && told.contains("JobState=PENDING")
        });
        self.ask("scontrol", &["update", &format!("JobId={element}"), "StartTime=now+3"]);
    }

    /// Waits until nothing of a job is left.
    #[track_caller]
    pub fn wait(&self, job: &str) {
        self.until("the job ends", |cluster| cluster.elements(job).is_empty());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let user = said(Command::new("id").arg("-un"));
        self.ask("scancel", &["--full", "--user", &user]);
        for _ in 0..100 {
            if self.ask("squeue", &["--noheader"]).is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        for daemon in self.daemons.iter_mut().rev() {
            // SAFETY: it is not yet waited for, so its number is still its own.
            unsafe { libc::kill(daemon.id() as libc::pid_t, libc::SIGTERM) };
            let _ = daemon.wait();
        }
    }
}

/// The name of this machine, without its domain.
fn host() -> String {
    said(Command::new("hostname").arg("-s"))
}

/// What a command prints, whatever comes of it.
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

/// The number of the only array that was submitted from the results of `folder`, or of the last one.
pub fn job(folder: &Path) -> String {
    let arrays = std::fs::read_dir(folder.join("runs/slurm")).unwrap();
    let numbers = arrays.map(|array| std::fs::read_to_string(array.unwrap().path().join("job")).unwrap());
    let numbers = numbers.map(|number| number.trim().parse::<u64>().unwrap());
    numbers.max().unwrap().to_string()
}
