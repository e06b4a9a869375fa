//! Processes that work on one thing and exchange tensors: libtorch's c10d, with Gloo between processors and NCCL
//! between GPUs.
//!
//! The processes, or ranks, meet at a port that one of them serves; then each has a [`Group`], whose exchanges all of
//! them make in the same order. Nothing waits for ever: after a limit an exchange is an error, and where the process of
//! another rank has ended, it is one at once with Gloo.

use crate::{Error, Result, ffi};
use std::ffi::CString;
use std::ptr::{self, NonNull};
use std::time::Duration;
use tch::{Device, Kind, Tensor};

/// Where ranks find each other, for one group or for several, one after the other. The one that serves it must keep it
/// while the others use it.
#[derive(Debug)]
pub struct Meeting {
    raw: NonNull<ffi::StoreHandle>,
    host: CString,
    port: u16,
}

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
}

impl Drop for Meeting {
    fn drop(&mut self) {
        // SAFETY: made by the shim, and given back once; groups hold their own reference.
        unsafe { ffi::te_store_delete(self.raw.as_ptr()) };
    }
}

/// One of several ranks, and the way to the others.
#[derive(Debug)]
pub struct Group {
    raw: NonNull<ffi::GroupHandle>,
    rank: usize,
    ranks: usize,
    device: Device,
}

impl Group {
    /// Becomes `rank` of `ranks`, which exchange tensors on `device`; waits until all are there. `limit` is the most
    /// that any of them may be late, now and in every exchange.
    ///
    /// # Errors
    ///
    /// If they are not all there within the limit, or the device's part is not in this build.
    pub fn new(
        meeting: &Meeting,
        rank: usize,
        ranks: usize,
        device: Device,
        limit: Duration,
    ) -> Result<Self> {
        let cuda = match device {
            Device::Cuda(number) => ffi::device_index(number),
            _ => -1,
        };
        let mut raw = ptr::null_mut();
        // SAFETY: the meeting is alive, its name ends with a zero, and the pointer is to a live variable, which a call
        // that succeeds fills.
        ffi::check(unsafe {
            ffi::te_group_new(
                meeting.raw.as_ptr(),
                meeting.host.as_ptr(),
                rank as i64,
                ranks as i64,
                cuda,
                milliseconds(limit),
                &mut raw,
            )
        })?;
        let raw = NonNull::new(raw).expect("the shim made a group");
        let group = Self { raw, rank, ranks, device };
        // NCCL connects with the first exchange.
        group.gather_bytes(&[])?;
        Ok(group)
    }

    /// Which rank this process is, from 0.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Where the tensors are that they exchange.
    pub fn device(&self) -> Device {
        self.device
    }

    /// How many ranks there are.
    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// Gives row `r` of `rows` (ranks, n) to rank `r`; the rows that this rank is given (ranks, n), in the order of
    /// the ranks that gave them.
    ///
    /// # Errors
    ///
    /// If a rank does not take part within the limit, or the tensors of two ranks do not fit together.
    pub fn exchange(&self, rows: &Tensor) -> Result<Tensor> {
        let mut input = rows.contiguous();
        let mut output = input.empty_like();
        let (into, from) = (output.as_mut_ptr().cast(), input.as_mut_ptr().cast());
        // SAFETY: both point to libtorch tensors of one shape and kind that outlive the call, which waits for the end of
        // the exchange.
        ffi::check(unsafe { ffi::te_group_all_to_all(self.raw.as_ptr(), into, from) })?;
        Ok(output)
    }

    /// The `tensor`s of all ranks, which have one shape, in the order of the ranks: (ranks, ...).
    ///
    /// # Errors
    ///
    /// As of [`exchange`](Self::exchange).
    pub fn gather(&self, tensor: &Tensor) -> Result<Tensor> {
        let ranks = self.ranks as i64;
        let mut input = tensor.reshape([-1]);
        let mut output = Tensor::empty([ranks * input.size()[0]], (input.kind(), input.device()));
        let (into, from) = (output.as_mut_ptr().cast(), input.as_mut_ptr().cast());
        // SAFETY: as in `exchange`, with room for all ranks.
        ffi::check(unsafe { ffi::te_group_all_gather(self.raw.as_ptr(), into, from) })?;
        let shape: Vec<i64> = std::iter::once(ranks).chain(tensor.size()).collect();
        Ok(output.view(shape.as_slice()))
    }

    /// The bytes of all ranks, as many as each has, in the order of the ranks. Waits for the device.
    ///
    /// # Errors
    ///
    /// As of [`exchange`](Self::exchange).
    pub fn gather_bytes(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
        let length = Tensor::from_slice(&[bytes.len() as i64]).to_device(self.device);
        let lengths = Vec::<i64>::try_from(&self.gather(&length)?.reshape([-1]))
            .map_err(|error| Error::new(error.to_string()))?;
        // At least one, since an exchange of nothing is none.
        let longest = lengths.iter().copied().max().unwrap_or(0).max(1);
        let mut padded = bytes.to_vec();
        padded.resize(longest as usize, 0);
        let all = self.gather(&Tensor::from_slice(&padded).to_device(self.device))?;
        let all = Vec::<u8>::try_from(&all.to_kind(Kind::Uint8).reshape([-1]))
            .map_err(|error| Error::new(error.to_string()))?;
        let rows = all.chunks_exact(longest as usize).zip(&lengths);
        Ok(rows.map(|(row, length)| row[..*length as usize].to_vec()).collect())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: made by the shim, and given back once.
        unsafe { ffi::te_group_delete(self.raw.as_ptr()) };
    }
}

fn milliseconds(limit: Duration) -> i64 {
    i64::try_from(limit.as_millis()).unwrap_or(i64::MAX)
}
