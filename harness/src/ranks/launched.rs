//! Ranks that torchrun or srun have started, each of them this whole program: what their environment says.
//!
//! torchrun says RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT
//! (<https://docs.pytorch.org/docs/stable/elastic/run.html>), srun SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_LOCALID
//! and the nodes and tasks per node of the step (<https://slurm.schedmd.com/srun.html>). The script of a job has SLURM_NTASKS, too, and is one
//! process, so that one does not count.

use anyhow::{Context, bail};
use trial::protocol::{Device, RankPlace};

/// Ports from here on are taken by number of the job, below those that systems give away by themselves.
const PORTS: std::ops::Range<u64> = 20_000..32_000;

/// One of the ranks that somebody else has started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launched {
    /// Where the ranks meet, and which this one is.
    pub place: RankPlace,
    /// Which of those on this machine it is.
    pub local: usize,
    /// How many of them are on this machine; all of them where nobody says so.
    pub here: usize,
    /// Who started them.
    pub by: Launcher,
}

/// Who has started ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Launcher {
    /// torchrun, or what sets the same variables; its processes share the cores that it may use.
    Torchrun,
    /// srun, which may bind each of its tasks to cores of its own.
    Srun,
}

impl Launched {
    /// Whether another one leads.
    pub fn follows(&self) -> bool {
        self.place.rank > 0
    }

    /// The cores of this machine for this rank, at least one: its share of those that all ranks here have, of which it may use
    /// `usable` by its affinity and its control group. Slurm has `given` the job so many here, if it says so; where it binds
    /// each task to some of them, these are no more than the share already.
    pub fn cores(&self, usable: usize, given: Option<usize>) -> usize {
        let share = match (self.by, given) {
            (Launcher::Srun, Some(given)) => usable.min(given / self.here),
            (Launcher::Torchrun, Some(given)) => usable.min(given) / self.here,
            (_, None) => usable / self.here,
        };
        share.max(1)
    }

    /// Its device of the CUDA `devices` that are asked for, where libtorch sees `count`: the one of its number on this
    /// machine, a single one that is asked for being the first of those from it on; or the only one that it sees, as Slurm
    /// shows each task its own.
    pub fn device(&self, devices: &[Device], count: usize) -> anyhow::Result<Device> {
        let from_one_on: Vec<Device>;
        let devices = match devices {
            [Device::Cuda(first)] => {
                from_one_on = (*first..count).map(Device::Cuda).collect();
                &from_one_on[..]
            }
            several => several,
        };
        match devices.get(self.local) {
            Some(device) => Ok(*device),
            None if count == 1 => Ok(Device::Cuda(0)),
            None => bail!(
                "this is process {} on this machine, where --device leaves {} of the {count} CUDA devices that libtorch sees: \
                 start at most {1} on each (--nproc-per-node, --ntasks-per-node), or name others with --device",
                self.local + 1,
                devices.len()
            ),
        }
    }
}

/// Which of `ranks` this process is by its environment; none if nobody else started the others.
///
/// # Errors
///
/// If another number was started, or a variable is missing or no number.
pub fn launched(ranks: usize) -> anyhow::Result<Option<Launched>> {
    by_variables(ranks, |name| std::env::var(name).ok())
}

/// Which of `ranks` this process is by the variables that `get` knows.
fn by_variables(ranks: usize, get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<Launched>> {
    let number = |name: &str| -> anyhow::Result<Option<u64>> {
        let parse =
            |text: String| text.trim().parse().with_context(|| format!("{name}={text} is not a number"));
        get(name).map(parse).transpose()
    };
    let by = if get("RANK").is_some() { Launcher::Torchrun } else { Launcher::Srun };
    let named =
        |torchrun: &'static str, slurm: &'static str| if by == Launcher::Torchrun { torchrun } else { slurm };
    let (rank, count) = (named("RANK", "SLURM_PROCID"), named("WORLD_SIZE", "SLURM_STEP_NUM_TASKS"));
    let (Some(rank), Some(count)) = (number(rank)?, number(count)?) else { return Ok(None) };
    // One process, as in a job's script, starts the others itself.
    if ranks == 1 || count == 1 {
        return Ok(None);
    }
    if count != ranks as u64 || rank >= count {
        bail!("{count} processes were started, and --ranks says {ranks}: give both one number");
    }
    let host = match get("MASTER_ADDR") {
        Some(host) => host,
        None => first_node(&get)?,
    };
    let port = match number("MASTER_PORT")? {
        Some(port) => port,
        None => {
            let (job, step) = (number("SLURM_JOB_ID")?.unwrap_or(0), number("SLURM_STEP_ID")?.unwrap_or(0));
            PORTS.start + (31 * job + step) % (PORTS.end - PORTS.start)
        }
    };
    let port = u16::try_from(port).with_context(|| format!("MASTER_PORT={port} is no port"))?;
    let local = number(named("LOCAL_RANK", "SLURM_LOCALID"))?.unwrap_or(rank) as usize;
    let here = match by {
        Launcher::Torchrun => number("LOCAL_WORLD_SIZE")?.map(|here| here as usize),
        Launcher::Srun => {
            let node = number("SLURM_NODEID")?.unwrap_or(0) as usize;
            get("SLURM_STEP_TASKS_PER_NODE").and_then(|tasks| tasks_of(&tasks, node))
        }
    };
    let here = here.filter(|here| (1..=ranks).contains(here)).unwrap_or(ranks);
    // torchrun may serve the port itself.
    let served = get("TORCHELASTIC_USE_AGENT_STORE").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let place = RankPlace { rank: rank as usize, host, port, serves: rank == 0 && !served };
    Ok(Some(Launched { place, local, here, by }))
}

/// The node of rank 0: the first of the step's.
fn first_node(get: &impl Fn(&str) -> Option<String>) -> anyhow::Result<String> {
    let nodes = ["SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST"].into_iter().find_map(get);
    let first = nodes.as_deref().and_then(first_name).or_else(|| get("SLURM_LAUNCH_NODE_IPADDR"));
    first.context("where the ranks meet is not said; set MASTER_ADDR to the machine of rank 0")
}

/// The first name of a list as Slurm writes it, such as `gpu[03-05,9],login1`.
fn first_name(list: &str) -> Option<String> {
    let end = list.find([',', '[']).unwrap_or(list.len());
    let (stem, rest) = list.split_at(end);
    let name = match rest.strip_prefix('[') {
        None => stem.to_string(),
        Some(numbers) => {
            let (numbers, tail) = numbers.split_once(']')?;
            let first = numbers.split([',', '-']).next()?;
            let tail = &tail[..tail.find(',').unwrap_or(tail.len())];
            format!("{stem}{first}{tail}")
        }
    };
    (!name.is_empty()).then_some(name)
}

/// The tasks of a node, by its number, in a list as Slurm writes it: `4(x2),3` is 4 on two nodes and 3 on the next.
fn tasks_of(list: &str, node: usize) -> Option<usize> {
    let mut first = 0;
    for part in list.split(',') {
        let (tasks, nodes) = match part.split_once("(x") {
            Some((tasks, nodes)) => (tasks, nodes.strip_suffix(')')?.parse().ok()?),
            None => (part, 1usize),
        };
        first += nodes;
        if node < first {
            return tasks.trim().parse().ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ranks: usize, variables: &[(&str, &str)]) -> anyhow::Result<Option<Launched>> {
        let known = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
        };
        by_variables(ranks, known)
    }

    const TORCHRUN: [(&str, &str); 5] = [
        ("RANK", "9"),
        ("WORLD_SIZE", "16"),
        ("LOCAL_RANK", "1"),
        ("MASTER_ADDR", "node1"),
        ("MASTER_PORT", "29500"),
    ];
    const SRUN: [(&str, &str); 6] = [
        ("SLURM_PROCID", "0"),
        ("SLURM_STEP_NUM_TASKS", "8"),
        ("SLURM_LOCALID", "0"),
        ("SLURM_JOB_ID", "77"),
        ("SLURM_STEP_ID", "2"),
        ("SLURM_STEP_NODELIST", "gpu[03-04]"),
    ];

    #[test]
    fn torchrun_and_srun_say_the_same_in_their_words() {
        let found = of(16, &TORCHRUN).unwrap().unwrap();
        let place = RankPlace { rank: 9, host: "node1".into(), port: 29_500, serves: false };
        assert_eq!(found, Launched { place, local: 1, here: 16, by: Launcher::Torchrun });
        assert!(found.follows());
        let found = of(8, &SRUN).unwrap().unwrap();
        let place = RankPlace { rank: 0, host: "gpu03".into(), port: 22_389, serves: true };
        assert_eq!(found, Launched { place, local: 0, here: 8, by: Launcher::Srun });
        let chosen = of(8, &[&SRUN[..], &[("MASTER_PORT", "1234"), ("MASTER_ADDR", "10.0.0.1")]].concat());
        let place = chosen.unwrap().unwrap().place;
        assert_eq!((place.host.as_str(), place.port), ("10.0.0.1", 1234));
        // torchrun inside of a job of Slurm.
        let both = of(16, &[&SRUN[..], &TORCHRUN].concat()).unwrap().unwrap();
        assert_eq!((both.place.rank, both.local), (9, 1));
        let mut first = TORCHRUN;
        first[0].1 = "0";
        assert!(of(16, &first).unwrap().unwrap().place.serves);
        let agent = [&first[..], &[("TORCHELASTIC_USE_AGENT_STORE", "True")]].concat();
        assert!(!of(16, &agent).unwrap().unwrap().place.serves);
    }

    #[test]
    fn one_process_is_not_started_by_somebody_else() {
        assert_eq!(of(4, &[]).unwrap(), None);
        assert_eq!(of(4, &[("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "1")]).unwrap(), None);
        // The script of a job that has eight tasks for whatever it starts.
        assert_eq!(of(8, &[("SLURM_PROCID", "0"), ("SLURM_NTASKS", "8")]).unwrap(), None);
        // Programs that divide trials among them.
        assert_eq!(of(1, &SRUN).unwrap(), None);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let wrong = |ranks, variables: &[(&str, &str)]| of(ranks, variables).unwrap_err().to_string();
        assert!(wrong(4, &SRUN).contains("8 processes were started, and --ranks says 4"));
        assert!(wrong(8, &SRUN[..5]).contains("MASTER_ADDR"));
        let mut odd = TORCHRUN;
        odd[4].1 = "port";
        assert!(wrong(16, &odd).contains("MASTER_PORT=port is not a number"));
        odd[4].1 = "70000";
        assert!(wrong(16, &odd).contains("no port"));
    }

    #[test]
    fn each_process_has_a_device_of_its_machine() {
        let found = of(16, &TORCHRUN).unwrap().unwrap();
        let cuda = |numbers: &[usize]| numbers.iter().map(|number| Device::Cuda(*number)).collect::<Vec<_>>();
        let of = |numbers: &[usize], count| found.device(&cuda(numbers), count).unwrap();
        // The second process: of all, of those that are named, from one on, and of the only one that it sees.
        assert_eq!([of(&[0, 1, 2], 3), of(&[3, 5], 8)], [Device::Cuda(1), Device::Cuda(5)]);
        assert_eq!([of(&[4], 8), of(&[0], 1)], [Device::Cuda(5), Device::Cuda(0)]);
        let third = Launched { local: 2, ..found.clone() };
        for (numbers, count) in [(&[0, 1][..], 2), (&[6], 8)] {
            let refused = third.device(&cuda(numbers), count).unwrap_err().to_string();
            assert!(refused.contains("start at most 2 on each") && refused.contains("--ntasks"), "{refused}");
        }
    }

    #[test]
    fn the_ranks_of_a_machine_share_its_cores() {
        let torchrun = of(16, &[&TORCHRUN[..], &[("LOCAL_WORLD_SIZE", "4")]].concat()).unwrap().unwrap();
        let on = |node: &'static str| {
            let tasks = [("SLURM_STEP_TASKS_PER_NODE", "2,3(x2)"), ("SLURM_NODEID", node)];
            of(8, &[&SRUN[..], &tasks].concat()).unwrap().unwrap()
        };
        let (first, last) = (on("0"), on("2"));
        assert_eq!((torchrun.here, first.here, last.here), (4, 2, 3));
        // Processes of torchrun share what it has, also as the only task of a job.
        let cores = [(64, None), (16, Some(16)), (64, Some(16)), (2, None)];
        assert_eq!(cores.map(|(usable, given)| torchrun.cores(usable, given)), [16, 4, 4, 1]);
        // Tasks that are not bound, bound to a socket that two of them share, and each bound to its own cores.
        let cores =
            [(96, Some(96)), (64, Some(96)), (32, Some(96)), (30, Some(96)), (96, None), (1, Some(2))];
        assert_eq!(cores.map(|(usable, given)| last.cores(usable, given)), [32, 32, 32, 30, 32, 1]);
        // Where nobody says how many there are here, they may all be.
        assert_eq!(of(8, &SRUN).unwrap().unwrap().cores(64, Some(64)), 8);
    }

    #[test]
    fn the_tasks_of_a_node_are_found() {
        let of = |list, node| tasks_of(list, node);
        assert_eq!([of("4(x2),3", 0), of("4(x2),3", 1), of("4(x2),3", 2)], [Some(4), Some(4), Some(3)]);
        assert_eq!(
            [of("8", 0), of("8", 1), of("", 0), of("4(x2", 0), of("4(xa)", 0)],
            [Some(8), None, None, None, None]
        );
    }

    #[test]
    fn the_first_node_of_a_list_is_found() {
        for (list, first) in [
            ("node7", "node7"),
            ("a,b", "a"),
            ("gpu[03-05,9],login1", "gpu03"),
            ("gpu[12]", "gpu12"),
            ("rack1-[2,4]-ib,x", "rack1-2-ib"),
        ] {
            assert_eq!(first_name(list).as_deref(), Some(first), "{list}");
        }
        assert_eq!(first_name(""), None);
        assert_eq!(first_name("gpu[3"), None);
    }
}
