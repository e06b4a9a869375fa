//! The program a person types: it plans, starts workers, prints and checks.
//!
//! It does not link libtorch, so it starts at once; a trial trains, and networks
//! are timed, in a worker process. Results go to standard output, everything else to standard error.

mod columns;
mod command_line;
mod commands;
mod detections;
mod device;
mod doctor;
mod duration;
mod execute;
mod host;
mod hours;
mod jobs;
mod limits;
mod options;
mod output;
mod plan;
mod plan_file;
mod ranks;
mod recorded;
mod selfcheck;
mod signals;
mod slurm;
mod status;
mod stdio;
mod stop_condition;
mod throughput;
mod timestamp;
mod trial_status;
mod worker_client;

use std::process::ExitCode;
use trial::Exit;

#[global_allocator]
static ALLOCATOR: limits::Allocator = limits::Allocator;

fn main() -> ExitCode {
    let (arguments, asked) = command_line::parse();
    match limits::survive_file_size_limit().and_then(|()| arguments.command.run(asked)) {
        Ok(exit) => exit.into(),
        Err(error) => {
            stdio::say(format!("error: {error:#}"));
            Exit::Usage.into()
        }
    }
}
