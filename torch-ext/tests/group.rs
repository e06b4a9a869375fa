//! Ranks as processes of their own, which exchange by Gloo. Each test starts this program again, once for each rank.

#![cfg(target_os = "linux")]

use std::env;
use std::ops::Range;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tch::{Device, Kind, Tensor};
use torch_ext::{Buckets, Group, Meeting, SignsOfLife, ranks_compiled};

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

/// Runs the test `name` of this program as each of two ranks, and of four.
fn run_as_ranks(name: &str) {
    for ranks in [2, 4].into_iter().filter(|_| compiled()) {
        let meeting = Meeting::serve("127.0.0.1", 0, LIMIT).unwrap();
        let started: Vec<Child> = (0..ranks).map(|rank| start(name, rank, ranks, meeting.port())).collect();
        for child in started {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
        }
    }
}

#[test]
fn ranks_exchange_what_each_has() {
    let Some((rank, ranks, port)) = place() else { return run_as_ranks("ranks_exchange_what_each_has") };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let mut there = Vec::new();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |count| there.push(count)).unwrap();
    assert_eq!((group.rank(), group.ranks()), (rank, ranks));
    assert!(there.is_sorted() && there.last() == Some(&ranks), "{there:?}");
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
    let next = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |_| ()).unwrap();
    assert_eq!(next.gather_bytes(b"next").unwrap(), vec![b"next".to_vec(); ranks]);
    assert_eq!(group.gather_bytes(b"first").unwrap(), vec![b"first".to_vec(); ranks]);
}

/// Leaves as the engine has them: views of one tensor, a convolution's channels-last, and biases.
fn leaves() -> Vec<Tensor> {
    let flat = Tensor::zeros([5 * 9 * 3 + 7 * 5 + 7 + 1], (Kind::Float, Device::Cpu));
    let part = |start, length| flat.narrow(0, start, length);
    let convolution = part(0, 135).view([5, 3, 3, 3]).permute([0, 3, 1, 2]);
    let views = [convolution, part(135, 35).view([7, 5]), part(170, 7), part(177, 1)];
    views.into_iter().map(|view| view.detach().set_requires_grad(true)).collect()
}

/// What rank `rank` is to have as the gradient of leaf `leaf` in pass `pass`: whole numbers, whose sums are exact.
fn gradient(like: &Tensor, leaf: usize, rank: usize, pass: usize) -> Tensor {
    let numbers = Tensor::arange(like.numel() as i64, (Kind::Float, Device::Cpu)).view_as(like);
    numbers * (leaf as f64 + 1.0) + (100 * rank + 1000 * pass) as f64
}

/// With buckets of a leaf each, of several and of all, in any order, the ranks sum what all of them have.
#[test]
fn gradients_are_exchanged_while_they_are_made() {
    let name = "gradients_are_exchanged_while_they_are_made";
    let Some((rank, ranks, port)) = place() else { return run_as_ranks(name) };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |_| ()).unwrap();
    let divisions: [&[Range<usize>]; 5] = [
        std::slice::from_ref(&(0..4)),
        &[3..4, 2..3, 1..2, 0..1],
        &[0..1, 1..2, 2..3, 3..4],
        &[1..3, 0..1, 3..4],
        &[2..4, 0..2],
    ];
    for division in divisions {
        let leaves = leaves();
        let leaves: Vec<&Tensor> = leaves.iter().collect();
        let mut buckets = Buckets::new(&group, &leaves, division).unwrap();
        // All buckets, then the first alone, then all once more.
        for (pass, count) in [division.len(), 1, division.len()].into_iter().enumerate() {
            let wanted: Vec<usize> = division[..count].iter().cloned().flatten().collect();
            let terms = wanted
                .iter()
                .map(|leaf| (leaves[*leaf] * gradient(leaves[*leaf], *leaf, rank, pass)).sum(Kind::Float));
            let loss = terms.reduce(|sum, term| sum + term).unwrap();
            let of: Vec<&Tensor> = wanted.iter().map(|leaf| leaves[*leaf]).collect();
            // Nobody's concern, because it was not begun.
            drop(Tensor::run_backward(&[&loss], &of, true, false));
            buckets.begin(count);
            let gradients = Tensor::run_backward(&[&loss], &of, false, false);
            for (leaf, found) in wanted.iter().zip(&gradients) {
                assert!(
                    found.equal(&gradient(leaves[*leaf], *leaf, rank, pass)),
                    "a hook changed a gradient"
                );
            }
            let received = buckets.finish().unwrap();
            let sums: Vec<Tensor> = received[..count]
                .iter()
                .map(|given| given.sum_dim_intlist([0i64].as_slice(), false, Kind::Float))
                .collect();
            for (range, sum) in division.iter().zip(&sums) {
                let row = group.gather(sum).unwrap().reshape([-1]);
                let mut start = 0;
                for leaf in range.clone() {
                    let like = leaves[leaf];
                    let found = row.as_strided(like.size(), like.stride(), start);
                    let each = (0..ranks).map(|rank| gradient(like, leaf, rank, pass));
                    let expected = each.reduce(|sum, one| sum + one).unwrap();
                    assert!(found.equal(&expected), "{division:?}, leaf {leaf} in pass {pass}");
                    start += like.numel() as i64;
                }
            }
        }
    }
    // A layer that the loss does not reach.
    let leaves = leaves();
    let mut buckets = Buckets::new(&group, &leaves.iter().collect::<Vec<_>>(), &[0..2, 2..4]).unwrap();
    buckets.begin(2);
    let loss = leaves[1].sum(Kind::Float) + leaves[2].sum(Kind::Float) + leaves[3].sum(Kind::Float);
    drop(Tensor::run_backward(&[&loss], &leaves[1..], false, false));
    let error = buckets.finish().unwrap_err().to_string();
    assert!(error.contains("no gradient"), "{error}");
}

/// The derivatives of the sum over all ranks of w (sum of x)^2, where each has its own x and w.
#[test]
fn a_sum_over_the_ranks_is_differentiated_twice() {
    let name = "a_sum_over_the_ranks_is_differentiated_twice";
    let Some((rank, ranks, port)) = place() else { return run_as_ranks(name) };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |_| ()).unwrap();
    let values = |rank: usize| Tensor::from_slice(&[1.0f32, 2.0, -3.0]) + rank as f64;
    let weight = |rank: usize| 1.0 + rank as f64;
    let x = values(rank).set_requires_grad(true);
    let sum = group.sum(&x);
    let loss = (&sum * &sum).sum(Kind::Float) * weight(rank);
    let whole = (0..ranks).map(values).reduce(|sum, one| sum + one).unwrap();
    assert!(sum.equal(&whole), "{sum}");
    let first = Tensor::run_backward(&[&loss], &[&x], true, true).remove(0);
    let weights: f64 = (0..ranks).map(weight).sum();
    assert!(first.equal(&(&whole * 2.0 * weights)), "{first}");
    // The gradient of its product with a vector of each rank's own.
    let vector = Tensor::from_slice(&[4.0f32, 5.0, 6.0]) * weight(rank);
    let product = (&first * &vector).sum(Kind::Float);
    let second = Tensor::run_backward(&[&product], &[&x], false, false).remove(0);
    let vectors = Tensor::from_slice(&[4.0f32, 5.0, 6.0]) * weights;
    assert!(second.equal(&(vectors * 2.0 * weights)), "{second}");
    group.check().unwrap();
}

#[test]
fn signs_of_life_are_counted() {
    let Some((rank, ranks, port)) = place() else { return run_as_ranks("signs_of_life_are_counted") };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |_| ()).unwrap();
    let signs = SignsOfLife::of(&group, &meeting).unwrap();
    for _ in 0..=rank {
        signs.give().unwrap();
    }
    group.gather_bytes(&[]).unwrap();
    let mut expected: Vec<i64> = (1..=ranks as i64).collect();
    let own = std::thread::spawn(move || {
        (0..4).for_each(|_| drop(signs.give().unwrap()));
        signs.give().unwrap()
    })
    .join()
    .unwrap();
    expected[rank] += 5;
    assert_eq!(own[rank], expected[rank]);
    assert!(own.iter().zip(1..).all(|(count, least)| *count >= least), "{own:?}");
    group.gather_bytes(&[]).unwrap();
    let signs = SignsOfLife::of(&group, &meeting).unwrap();
    if rank == 0 {
        signs.leave().unwrap();
    }
    group.gather_bytes(&[]).unwrap();
    let counts = signs.give().unwrap();
    assert!(counts[0] < 0 && counts[1..].iter().all(|count| *count > 0), "{counts:?}");
}

/// The last rank ends before a backward pass: the others learn it after the pass, and at once.
#[test]
fn a_rank_that_is_missing_in_a_backward_pass_is_an_error_after_it() {
    let name = "a_rank_that_is_missing_in_a_backward_pass_is_an_error_after_it";
    let Some((rank, ranks, port)) = place() else { return run_as_ranks(name) };
    let meeting = Meeting::join("127.0.0.1", port, LIMIT).unwrap();
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, LIMIT, |_| ()).unwrap();
    if rank + 1 == ranks {
        return;
    }
    let leaves = leaves();
    let mut buckets = Buckets::new(&group, &leaves.iter().collect::<Vec<_>>(), &[2..4, 0..2]).unwrap();
    let began = Instant::now();
    buckets.begin(2);
    let sum =
        leaves.iter().map(|leaf| group.sum(&leaf.sum(Kind::Float))).reduce(|sum, one| sum + one).unwrap();
    assert_eq!(Tensor::run_backward(&[&sum], &leaves, false, false).len(), 4);
    let error = buckets.finish().unwrap_err().to_string();
    assert!(began.elapsed() < LIMIT / 2 && !error.is_empty(), "{error}");
    assert_eq!(group.check().unwrap_err().to_string(), error);
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
    let group = Group::new(&meeting, rank, ranks, Device::Cpu, SHORT, |_| ()).unwrap();
    if rank == 0 {
        let began = Instant::now();
        let error = group.gather_bytes(&[1]).unwrap_err().to_string();
        assert!(began.elapsed() < LIMIT && !error.is_empty(), "{error}");
    } else {
        std::thread::sleep(LIMIT);
    }
}

#[test]
fn who_cannot_meet_is_told_why() {
    if !compiled() {
        let error = Meeting::serve("127.0.0.1", 0, SHORT).unwrap_err().to_string();
        assert!(error.contains("libgloo-dev") && error.contains("--ranks"), "{error}");
        return;
    }
    let taken = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Meeting::serve("127.0.0.1", port, SHORT).unwrap_err().to_string();
    assert!(error.contains(&format!("port {port}")) && error.contains("in use"), "{error}");
    let alone = Meeting::serve("127.0.0.1", 0, SHORT).unwrap();
    let error = Group::new(&alone, 0, 3, Device::Cpu, SHORT / 10, |_| ()).unwrap_err().to_string();
    assert!(error.contains("1 of 3 ranks came to port"), "{error}");
    let nobody = Meeting::join("127.0.0.1", 1, SHORT).unwrap_err().to_string();
    assert!(nobody.contains("port 1 of 127.0.0.1"), "{nobody}");
    assert!(Meeting::serve("a\0b", 0, SHORT).is_err());
}
