//! Threads that share the images of a data set among them.
//!
//! A limit on processes (`ulimit -u`, a cgroup's `pids.max`) may leave no room for them. Then those that can be started
//! do the work, and where there are none, the thread that asks for it. Nothing that is made depends on their number.

use std::io::{Write, stderr};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread::available_parallelism;

use rayon::iter::{FromParallelIterator, IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The most threads: more than any machine has cores, and few enough that each can have its stack.
const MOST: usize = 1024;
/// Items that a thread takes at most before it looks whether another one has nothing to do.
const AT_ONCE: usize = 8;

/// Threads, or none but the calling one.
pub(crate) struct Threads(Option<ThreadPool>);

impl Threads {
    /// One thread for each core.
    pub fn for_each_core() -> Threads {
        Threads::start(0)
    }

    /// The same, and no more than there are `items` to share.
    pub fn for_each_core_up_to(items: usize) -> Threads {
        Threads::start(items.clamp(1, cores()))
    }

    /// Starts `wanted` threads (0: one for each core; 1: none but the calling one), or as many as the system allows. If
    /// these are fewer, standard error says so.
    pub fn start(wanted: usize) -> Threads {
        let wanted = if wanted == 0 { cores() } else { wanted };
        if wanted == 1 {
            return Threads(None);
        }
        let (started, refused) = fewer_until(wanted.min(MOST), |threads| {
            ThreadPoolBuilder::new()
                .num_threads(threads)
                .thread_name(|number| format!("images {number}"))
                .build()
        });
        let threads = Threads(started);
        if let Some(cause) = refused {
            // Standard error may be closed.
            let _ = writeln!(
                stderr(),
                "warning: cannot start {wanted} threads for reading images ({cause}); going on with {}, which is \
                 slower and gives the same results; a limit on processes (`ulimit -u`) may be too low",
                threads.count()
            );
        }
        threads
    }

    /// How many threads do the work.
    pub fn count(&self) -> usize {
        self.0.as_ref().map_or(1, ThreadPool::current_num_threads)
    }

    /// The number of the thread that asks, below [`Threads::count`]; for what runs in [`Threads::map`].
    pub fn current(&self) -> usize {
        self.0.as_ref().and_then(ThreadPool::current_thread_index).unwrap_or(0)
    }

    /// Maps the numbers of `range`, in order. Each thread has `workspace`s of its own, reused from one number to the
    /// next. A collection of results is one of the errors if there are any, and little is begun after it.
    pub fn map<Workspace, Item: Send, All>(
        &self,
        range: Range<usize>,
        workspace: impl Fn() -> Workspace + Sync + Send,
        each: impl Fn(&mut Workspace, usize) -> Item + Sync + Send,
    ) -> All
    where
        All: FromParallelIterator<Item> + FromIterator<Item> + Send,
    {
        match &self.0 {
            Some(pool) => pool
                .install(|| range.into_par_iter().with_max_len(AT_ONCE).map_init(workspace, each).collect()),
            None => {
                let mut workspace = workspace();
                range.map(|number| each(&mut workspace, number)).collect()
            }
        }
    }

    /// Does something with each item, such as a piece of a buffer. An item is much work.
    pub fn each<Item: Send>(&self, items: Vec<Item>, each: impl Fn(Item) + Sync + Send) {
        match &self.0 {
            Some(pool) => pool.install(|| items.into_par_iter().with_max_len(1).for_each(each)),
            None => items.into_iter().for_each(each),
        }
    }
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Starts `wanted` threads or, where that fails, half as many, down to one; none if that fails, too. Also why not as
/// many as wanted.
fn fewer_until<Pool, Cause>(
    mut wanted: usize,
    start: impl Fn(usize) -> Result<Pool, Cause>,
) -> (Option<Pool>, Option<Cause>) {
    let mut refused = None;
    while wanted > 0 {
        match start(wanted) {
            Ok(pool) => return (Some(pool), refused),
            Err(cause) => refused = refused.or(Some(cause)),
        }
        wanted /= 2;
    }
    (None, refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_threads_are_started_where_there_is_no_room() {
        let up_to = |most: usize| {
            fewer_until(12, move |threads| match threads <= most {
                true => Ok(threads),
                false => Err(format!("{threads} are too many")),
            })
        };
        let said = |wanted: usize| Some(format!("{wanted} are too many"));
        assert_eq!(up_to(12), (Some(12), None));
        assert_eq!(up_to(5), (Some(3), said(12)));
        assert_eq!(up_to(1), (Some(1), said(12)));
        assert_eq!(up_to(0), (None, said(12)));
    }

    #[test]
    fn the_calling_thread_alone_gives_the_same() {
        for threads in [Threads::start(3), Threads(None)] {
            let squares: Vec<usize> = threads.map(0..100, || (), |(), number| number * number);
            assert!(squares.iter().enumerate().all(|(number, square)| *square == number * number));
            let first: Result<Vec<usize>, usize> =
                threads.map(0..100, || (), |(), number| if number == 40 { Err(number) } else { Ok(number) });
            assert_eq!(first, Err(40));
        }
        assert_eq!(Threads(None).count(), 1);
    }
}
