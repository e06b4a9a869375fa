//! A task of measuring: its file read, its answer told.

use crate::{crash, device};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use trial::Exit;
use trial::measure::{Task, TaskEvent};

/// Does the task that `file` describes.
pub fn run(file: &Path) -> Exit {
    let (event, exit) = match answer(file) {
        Ok(answer) => (answer, Exit::Done),
        Err((message, exit)) => (TaskEvent::Failed { message }, exit),
    };
    tell(event);
    exit
}

/// Prints `event`. When nobody listens any more, nobody wants the answer either.
fn tell(event: TaskEvent) {
    if writeln!(std::io::stdout().lock(), "{}", event.to_line()).is_err() {
        std::process::exit(Exit::Interrupted as i32);
    }
}

fn answer(file: &Path) -> Result<TaskEvent, (String, Exit)> {
    let usage = |message: String| (message, Exit::Usage);
    let text = std::fs::read_to_string(file).map_err(|cause| {
        usage(format!("cannot read {}: {cause}; tasks are written by `harness`", file.display()))
    })?;
    let task = serde_json::from_str(&text).map_err(|cause| {
        let file = file.display();
        usage(format!("{file} is no task ({cause}); build program and worker from one commit"))
    })?;
    let (name, threads) = match &task {
        Task::Fps(task) => (&task.device, task.threads),
        Task::Lut(task) => (&task.device, task.threads),
    };
    let device = device(name).map_err(usage)?;
    tch::set_num_threads(threads.clamp(1, 1024) as i32);
    let _ = torch_ext::flags::cudnn_benchmark(true);
    let measured = catch_unwind(AssertUnwindSafe(|| match &task {
        Task::Fps(task) => engine::fps(task, device, env!("HARNESS_COMMIT"), &mut tell).map(TaskEvent::Fps),
        Task::Lut(task) => engine::lut(task, device, &mut tell).map(TaskEvent::Lut),
    }));
    match measured {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error @ engine::MeasureError::Device(_))) => Err((error.to_string(), Exit::TrialFailed)),
        Ok(Err(error)) => Err(usage(error.to_string())),
        Err(panic) => {
            let less = || "free some, or give a smaller --batch or fewer networks at once".into();
            let message = crash(&*panic, less, "run it again, or on another device (--device)");
            Err((message, Exit::TrialFailed))
        }
    }
}
