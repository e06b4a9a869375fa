//! Ranks as processes of their own, which exchange by Gloo. Each test starts this program again, once for each rank.

#![cfg(target_os = "linux")]

use std::env;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tch::{Device, Kind, Tensor};
use torch_ext::{Group, Meeting, ranks_compiled};

const LIMIT: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_secs(2);

/// Says by name that a build cannot do what is tested.
fn compiled() -> bool {
    if !ranks_compiled() {
        println!("skipped: this build has no ranks (libgloo-dev is missing)");
    }
    ranks_compiled()
}

/// Starts the test `name` of this program again as `rank` of `ranks`.
fn start(name: &str, rank: usize, ranks: usize, port: u16) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("TEST_RANK", format!("{rank} {ranks} {port}")).spawn().unwrap()
}

/// Which rank this process is, how many there are, and where they meet, if it is one.
fn place() -> Option<(usize, usize, u16)> {
    let text = env::var("TEST_RANK").ok()?;
    let mut numbers = text.split(' ').map(|number| number.parse::<usize>().unwrap());
    let mut next = || numbers.next().unwrap();
    Some((next(), next(), next() as u16))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn ranks_exchange_what_each_has() {
    let Some((rank, ranks, port)) = place() else {
        for ranks in [2, 4].into_iter().filter(|_| compiled()) {
            let meeting = Meeting::serve("127.0.0.1", 0, LIMIT).unwrap();
            let name = "ranks_exchange_what_each_has";
            let started: Vec<Child> =
                (0..ranks).map(|rank| start(name, rank, ranks, meeting.port())).collect();
            for child in started {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", said(&output));
            }
        }
        return;
    };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT).unwrap();
    assert_eq!((group.rank(), group.ranks()), (rank, ranks));
    // Row r of rank q holds 10 q + r.
    let options = (Kind::Float, Device::Cpu);
    let rows = Tensor::arange(ranks as i64, options).unsqueeze(1) + 10.0 * rank as f64;
    let rows = rows.expand([ranks as i64, 3], false).contiguous();
    let given = group.exchange(&rows).unwrap();
    let expected = Tensor::arange(ranks as i64, options).unsqueeze(1) * 10.0 + rank as f64;
    assert!(given.equal(&expected.expand([ranks as i64, 3], false).contiguous()), "{given}");

    let all = group.gather(&Tensor::from_slice(&[rank as f64, 0.1])).unwrap();
    assert_eq!(all.size(), [ranks as i64, 2]);
    for other in 0..ranks as i64 {
        assert_eq!((all.double_value(&[other, 0]), all.double_value(&[other, 1])), (other as f64, 0.1));
    }
    let words = group.gather_bytes(&vec![b'a' + rank as u8; 2 * rank]).unwrap();
    let expected: Vec<Vec<u8>> = (0..ranks).map(|rank| vec![b'a' + rank as u8; 2 * rank]).collect();
    assert_eq!(words, expected);
    // As the trials of a plan meet at the store of torchrun.
    let next = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT).unwrap();
    assert_eq!(next.gather_bytes(b"next").unwrap(), vec![b"next".to_vec(); ranks]);
    assert_eq!(group.gather_bytes(b"first").unwrap(), vec![b"first".to_vec(); ranks]);
}

/// The last rank dies, or stops, after the meeting: the others learn it at once, or after the limit.
#[test]
fn a_rank_that_is_missing_is_an_error_of_the_others() {
    let Some((rank, ranks, port)) = place() else {
        if compiled() {
            let meeting = Meeting::serve("127.0.0.1", 0, LIMIT).unwrap();
            let name = "a_rank_that_is_missing_is_an_error_of_the_others";
            let mut started: Vec<Child> = (0..2).map(|rank| start(name, rank, 2, meeting.port())).collect();
            let mut last = started.pop().unwrap();
            let output = started.pop().unwrap().wait_with_output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            last.kill().unwrap();
            last.wait().unwrap();
        }
        return;
    };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, SHORT).unwrap();
    if rank == 0 {
        let began = Instant::now();
        let error = group.gather_bytes(&[1]).unwrap_err().to_string();
        assert!(began.elapsed() < LIMIT && !error.is_empty(), "{error}");
    } else {
        std::thread::sleep(LIMIT);
    }
}

#[test]
fn a_port_in_use_is_told() {
    if !compiled() {
        let error = Meeting::serve("127.0.0.1", 0, SHORT).unwrap_err().to_string();
        assert!(error.contains("libgloo-dev") && error.contains("--ranks"), "{error}");
        return;
    }
    let taken = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Meeting::serve("127.0.0.1", port, SHORT).unwrap_err().to_string();
    assert!(error.contains(&format!("port {port}")) && error.contains("in use"), "{error}");
    let nobody = Meeting::join("127.0.0.1", 1, SHORT).unwrap_err().to_string();
    assert!(nobody.contains("port 1 of 127.0.0.1"), "{nobody}");
    assert!(Meeting::serve("a\0b", 0, SHORT).is_err());
}
