//! Where processes that work on one thing find each other: a port that one of them, or whoever started them, serves.

use crate::{Error, Result, ffi};
use std::env;
use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Least and most time between two looks at how many ranks are there.
const LOOKS: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(200)];

/// Where ranks find each other, for one group or for several, one after the other. The one that serves it must keep it
/// while the others use it.
#[derive(Debug)]
pub struct Meeting {
    raw: NonNull<ffi::StoreHandle>,
    host: CString,
    port: u16,
}

// SAFETY: libtorch's store lets one thread after the other use its connection.
unsafe impl Send for Meeting {}

impl Meeting {
    /// Serves a meeting at `port` of this machine, `host`; at any free port for 0.
    ///
    /// # Errors
    ///
    /// If the port is taken, or ranks are not in this build.
    pub fn serve(host: &str, port: u16, limit: Duration) -> Result<Self> {
        Self::new(host, port, true, limit).map_err(|error| match error.to_string() {
            said if said.contains("EADDRINUSE") => Error::new(format!(
                "port {port} of {host} is in use, so the ranks cannot meet there: end the program that uses it, or give \
                 another port (MASTER_PORT)"
            )),
            _ => error,
        })
    }

    /// Goes to the meeting that another process serves, for which it waits at most `limit`.
    ///
    /// # Errors
    ///
    /// If none is served there within the limit, or ranks are not in this build.
    pub fn join(host: &str, port: u16, limit: Duration) -> Result<Self> {
        Self::new(host, port, false, limit)
            .map_err(|error| Error::new(format!("the ranks cannot meet at port {port} of {host}: {error}")))
    }

    fn new(host: &str, port: u16, serves: bool, limit: Duration) -> Result<Self> {
        let host = CString::new(host).map_err(|_| Error::new("the name of a host has no zeros in it"))?;
        let (mut raw, mut bound) = (ptr::null_mut(), 0);
        // SAFETY: the name ends with a zero, and the pointers are to live variables, which a call that succeeds fills.
        ffi::check(unsafe {
            ffi::te_store_new(host.as_ptr(), port, serves, milliseconds(limit), &mut raw, &mut bound)
        })?;
        Ok(Self { raw: NonNull::new(raw).expect("the shim made a store"), host, port: bound })
    }

    /// The port at which the ranks meet.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn host(&self) -> &CStr {
        &self.host
    }

    pub(crate) fn raw(&self) -> *mut ffi::StoreHandle {
        self.raw.as_ptr()
    }

    /// The same meeting by a connection of its own, for another thread.
    pub(crate) fn again(&self) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: the store is alive, and the pointer is to a live variable, which a call that succeeds fills.
        ffi::check(unsafe { ffi::te_store_again(self.raw.as_ptr(), &mut raw) })?;
        let raw = NonNull::new(raw).expect("the shim made a store");
        Ok(Self { raw, host: self.host.clone(), port: self.port })
    }

    /// Adds `amount` to the number of this name, which begins at zero; what it is then.
    pub(crate) fn add(&self, name: &CStr, amount: i64) -> Result<i64> {
        let mut value = 0;
        // SAFETY: the store is alive, the name ends with a zero, and the pointer is to a live variable.
        ffi::check(unsafe { ffi::te_store_add(self.raw.as_ptr(), name.as_ptr(), amount, &mut value) })?;
        Ok(value)
    }

    /// Comes to the next group of `ranks` that meets here, and waits for the others, at most `limit`; tells `there` how
    /// many are there, first and whenever another comes. The name of the part of the meeting that is theirs: torchrun's
    /// meeting is that of all trials and of all its attempts, and what one group left there would lead the next astray.
    pub(crate) fn gather(
        &self,
        ranks: usize,
        limit: Duration,
        mut there: impl FnMut(usize),
    ) -> Result<CString> {
        let attempt = env::var("TORCHELASTIC_RESTART_COUNT").unwrap_or_else(|_| "0".into());
        let name = |text: String| CString::new(text).expect("an environment variable has no zeros in it");
        let came = name(format!("attempt-{attempt}/ranks"));
        let group = (self.add(&came, 1)? - 1) / ranks as i64;
        let (began, [mut pause, longest]) = (Instant::now(), LOOKS);
        let mut before = 0;
        loop {
            let now = (self.add(&came, 0)? as usize - group as usize * ranks).min(ranks);
            if now > before {
                there(now);
                before = now;
            }
            if now == ranks {
                return Ok(name(format!("attempt-{attempt}/group-{group}")));
            }
            if began.elapsed() >= limit {
                return Err(Error::new(format!(
                    "{now} of {ranks} ranks came to port {} of {} within {} s",
                    self.port,
                    self.host.to_string_lossy(),
                    limit.as_secs_f64()
                )));
            }
            sleep(pause);
            pause = longest.min(2 * pause);
        }
    }
}

impl Drop for Meeting {
    fn drop(&mut self) {
        // SAFETY: made by the shim, and given back once; groups hold their own reference.
        unsafe { ffi::te_store_delete(self.raw.as_ptr()) };
    }
}

pub(crate) fn milliseconds(limit: Duration) -> i64 {
    i64::try_from(limit.as_millis()).unwrap_or(i64::MAX)
}
