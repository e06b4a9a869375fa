//! Submitting a plan as a job array: all of it, or nothing.

use super::SlurmOptions;
use super::ask::ask;
use super::folder::{ArrayFolder, FOLDER};
use super::nodes;
use super::script::Script;
use crate::stdio;
use anyhow::{Context, bail, ensure};
use std::path::{Path, PathBuf};

/// What is submitted.
pub struct Submission<'a> {
    /// What the plan is about, such as `cifar10` or `table2`.
    pub of: &'a str,
    /// The folder of the results.
    pub out: &'a Path,
    /// Trials that are not finished.
    pub missing: usize,
    /// How.
    pub options: &'a SlurmOptions,
}

/// An array that Slurm has.
#[derive(Debug)]
pub struct Submitted {
    /// The number of its job, as `scancel` takes it.
    pub job: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its elements.
    pub elements: usize,
}

/// Submits a plan, which `save` writes to the file it is given.
///
/// # Errors
///
/// If Slurm is not there, does not answer or refuses it, or if the nodes cannot see its folder. Then nothing was submitted,
/// and nothing is left of it.
pub fn submit(
    submission: &Submission,
    save: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<Submitted> {
    let elements = submission.missing.min(largest_array()?);
    let folder = ArrayFolder::make(&absolute(submission.out)?, submission.of)?;
    nodes::check(submission.out)?.into_iter().for_each(|warning| stdio::say(format!("warning: {warning}")));
    save(&folder.plan())?;
    let script = folder.write_script(&submission.script(elements, &folder.plan())?)?;
    let answer = ask("sbatch", &["--parsable".as_ref(), script.as_os_str()])?;
    // On several clusters it is followed by the name of one.
    let job = answer.trim().split(';').next().unwrap_or_default().to_string();
    ensure!(
        !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit()),
        "sbatch answered `{}` instead of the number of a job; leave out of --slurm-args what keeps it from submitting",
        answer.trim()
    );
    let folder = folder
        .keep(&job)
        .with_context(|| format!("job array {job} is submitted, and its number could not be written down"))?;
    Ok(Submitted { job, folder, elements })
}

impl Submission<'_> {
    /// The script as it would be submitted now.
    ///
    /// # Errors
    ///
    /// If a path in it cannot be written in a script, or in a directive of Slurm's.
    pub fn preview(&self) -> anyhow::Result<String> {
        if self.missing == 0 {
            return Ok("# Every trial has its result: nothing would be submitted.\n".into());
        }
        let folder = absolute(self.out)?.join(FOLDER).join(ArrayFolder::name(self.of));
        self.script(self.missing, &folder.join("plan.toml"))
    }

    fn script(&self, elements: usize, plan: &Path) -> anyhow::Result<String> {
        if plan.to_str().is_none_or(|text| text.contains(['"', '\\', '\n'])) {
            bail!(
                "{} cannot be named in a script for Slurm; choose a folder without quotes, backslashes and line ends with --out",
                plan.display()
            );
        }
        let place = std::env::current_dir().context("cannot find out which folder this is")?;
        let program = std::env::current_exe().context("cannot find out where this program is")?;
        if let Some(path) = [&place, &program].into_iter().find(|path| path.to_str().is_none()) {
            bail!(
                "{} is not UTF-8, which the script of a job has to be; submit from a folder, and with a program, whose names are",
                path.display()
            );
        }
        let script = Script {
            of: self.of,
            elements,
            at_once: self.options.array_parallelism.map(usize::from),
            options: self.options.slurm_args.as_deref().unwrap_or_default(),
            requeues: self.options.requeues(),
            place: &place,
            program: &program,
            plan,
        };
        Ok(script.text())
    }
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot find {}", path.display()))
}

/// The most elements that an array may have.
fn largest_array() -> anyhow::Result<usize> {
    let settings = ask("scontrol", &["show", "config"])?;
    let value = |line: &str| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "MaxArraySize").then(|| value.trim().parse().ok())?
    };
    // Slurm's default.
    let largest = settings.lines().find_map(value).unwrap_or(1001);
    ensure!(
        largest > 0,
        "this cluster takes no job arrays (MaxArraySize is 0); run without --executor slurm in a job"
    );
    Ok(largest)
}
