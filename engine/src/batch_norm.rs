//! Batch norms: libtorch's own, of the images at hand, and one of the parts of a batch that several processes have.

use crate::ranks::Ranks;
use network::BATCH_NORM_EPSILON;
use tch::{Kind, Tensor};

/// Libtorch's batch norm of `x` (images, channels, height, width). `parts` are scale and shift; the `running` mean and
/// variance follow by `momentum` in `training`, and are used otherwise.
pub(crate) fn batch_norm(
    x: &Tensor,
    parts: [&Tensor; 2],
    running: Option<[&Tensor; 2]>,
    training: bool,
    momentum: f64,
) -> Tensor {
    let [scale, shift] = parts;
    let [mean, variance] = running.map_or([None, None], |running| running.map(Some));
    x.batch_norm(Some(scale), Some(shift), mean, variance, training, momentum, BATCH_NORM_EPSILON, true)
}

/// The batch norm in training of all images of the `ranks`, each of which has as many of them as `x`; of `x` where there is
/// one process.
///
/// The ranks tell each other mean and variance of their parts, and combine them by the formula of Chan, Golub and LeVeque
/// (1979): the centred squares of the whole are those of the parts, and those of their means. It is made of operations that can be
/// differentiated twice, through all ranks. One process uses them, too: libtorch's own batch norm of channels-last
/// maps sums on a processor one after the other, and its errors, twenty times as large, add up in gradients of shifts.
pub(crate) fn whole_batch_norm(
    ranks: Option<&Ranks>,
    x: &Tensor,
    parts: [&Tensor; 2],
    running: Option<[&Tensor; 2]>,
    momentum: f64,
) -> Tensor {
    let count = ranks.map_or(1, |ranks| ranks.count() as i64);
    let channels = x.size()[1];
    let values = x.to_kind(Kind::Float);
    let (variance, mean) = values.var_mean_dim([0i64, 2, 3].as_slice(), false, false);
    let own = Tensor::cat(&[mean, variance], 0).unsqueeze(0);
    let all = match ranks {
        // A row for each rank, so that a sum is a list of what each has.
        Some(ranks) => {
            let rank = ranks.rank() as i64;
            ranks.sum(&own.constant_pad_nd([0, 0, rank, count - rank - 1]))
        }
        None => own,
    };
    let all = all.view([count, 2, channels]);
    let mean_of = |rows: &Tensor| rows.mean_dim([0i64].as_slice(), false, None);
    let (means, variances) = (all.select(1, 0), all.select(1, 1));
    let mean = mean_of(&means);
    let variance = mean_of(&variances) + mean_of(&(means - &mean).square());
    if let Some(running) = running {
        let _guard = tch::no_grad_guard();
        let images = (count * x.numel() as i64 / channels) as f64;
        let unbiased = variance.detach() * (images / (images - 1.0));
        for (running, batch) in running.into_iter().zip([mean.detach(), unbiased]) {
            let _ = running.shallow_clone().lerp_(&batch, momentum);
        }
    }
    let [scale, shift] = parts;
    let factor = scale * (variance + BATCH_NORM_EPSILON).rsqrt();
    let offset = shift - mean * &factor;
    let [factor, offset] = [factor, offset].map(|part| part.view([1, channels, 1, 1]));
    offset.addcmul(&values, &factor).to_kind(x.kind())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::process::{Command, Stdio};
    use std::time::Duration;
    use tch::Device;
    use torch_ext::{Group, Meeting};

    const LIMIT: Duration = Duration::from_secs(60);
    const MOMENTUM: f64 = 0.1;

    /// Starts the test `name` of this program again as each of two and three ranks; in such a process, its ranks.
    fn ranks(name: &str) -> Option<Ranks> {
        if let Ok(place) = env::var("TEST_RANK") {
            let numbers: Vec<usize> = place.split(' ').map(|number| number.parse().unwrap()).collect();
            let [rank, count, port] = numbers[..] else { panic!("{place}") };
            let meeting = Meeting::join("127.0.0.1", port as u16, LIMIT).unwrap();
            return Some(Ranks::new(Group::new(&meeting, rank, count, Device::Cpu, LIMIT, |_| ()).unwrap()));
        }
        for count in [2, 3].into_iter().filter(|_| torch_ext::ranks_compiled()) {
            let meeting = Meeting::serve("127.0.0.1", 0, LIMIT).unwrap();
            let start = |rank| {
                let mut command = Command::new(env::current_exe().unwrap());
                command.args(["--exact", name, "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::piped());
                command.env("TEST_RANK", format!("{rank} {count} {}", meeting.port())).spawn().unwrap()
            };
            let started: Vec<_> = (0..count).map(start).collect();
            for child in started {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            }
        }
        None
    }

    /// Within a millionth of the largest number.
    fn expect_close(what: &str, found: &Tensor, expected: &Tensor) {
        let largest = f64::try_from(expected.abs().max()).unwrap();
        let difference = f64::try_from((found.to_kind(Kind::Double) - expected).abs().max()).unwrap();
        assert!(difference <= 3e-6 * largest, "{what}: {difference} of {largest}");
    }

    /// Output, gradients, the gradient of a product with the gradient, and running statistics are those of libtorch's batch
    /// norm of the whole batch in 64 bits.
    #[test]
    fn parts_of_a_batch_are_normalised_as_the_whole() {
        let Some(ranks) = ranks("batch_norm::tests::parts_of_a_batch_are_normalised_as_the_whole") else {
            return;
        };
        tch::manual_seed(7);
        let (count, channels) = (ranks.count() as i64, 5);
        let size = [4 * count, channels, 3, 6];
        let random = |size: &[i64]| Tensor::randn(size, (Kind::Double, Device::Cpu));
        // Parts that differ, and channels whose mean is far from zero.
        let places = Tensor::arange(size[0], (Kind::Double, Device::Cpu)).view([-1, 1, 1, 1]) * 0.2;
        let means = Tensor::from_slice(&[0.0, 1.0, -3.0, 10.0, 0.5]).view([1, -1, 1, 1]);
        let whole = random(&size) * 2.0 + places + means;
        let [scale, shift] = [random(&[channels]), random(&[channels])];
        let [weights, direction] = [random(&size), random(&size)];
        let single = |tensor: &Tensor| tensor.to_kind(Kind::Float);
        let own = |tensor: &Tensor| tensor.narrow(0, 4 * ranks.rank() as i64, 4);
        let loss_of = |y: &Tensor, weights: &Tensor| {
            (y * weights + y * y * y * 0.1).sum(Kind::Double).to_kind(y.kind())
        };
        let leaves = |x: &Tensor, scale: &Tensor, shift: &Tensor| {
            [x, scale, shift].map(|tensor| tensor.copy().set_requires_grad(true))
        };
        let derive = |y: &Tensor, leaves: &[Tensor; 3], weights: &Tensor, direction: &Tensor| {
            let first = Tensor::run_backward(&[loss_of(y, weights)], &leaves[..], true, true);
            let product = (&first[0] * direction).sum(Kind::Double).to_kind(y.kind());
            let second = Tensor::run_backward(&[product], &leaves[..2], false, false);
            [&first[0], &first[1], &first[2], &second[0], &second[1]].map(|gradient| gradient.detach())
        };
        let statistics = |kind| {
            [Tensor::zeros([channels], (kind, Device::Cpu)), Tensor::ones([channels], (kind, Device::Cpu))]
        };

        let running = statistics(Kind::Double);
        let of_whole = leaves(&whole, &scale, &shift);
        let [x, parts @ ..] = &of_whole;
        let y = batch_norm(x, [&parts[0], &parts[1]], Some(running.each_ref()), true, MOMENTUM);
        let expected = derive(&y, &of_whole, &weights, &direction);

        let running_across = statistics(Kind::Float);
        let channels_last = single(&own(&whole)).permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]);
        let of_part = leaves(&channels_last, &single(&scale), &single(&shift));
        let [x, parts @ ..] = &of_part;
        let pair = [&parts[0], &parts[1]];
        let found = whole_batch_norm(Some(&ranks), x, pair, Some(running_across.each_ref()), MOMENTUM);
        assert_eq!(found.stride(), x.stride(), "the layout in memory is kept");
        expect_close("output", &found, &own(&y));
        let alone = statistics(Kind::Float);
        let of_one = leaves(&single(&whole), &single(&scale), &single(&shift));
        let [x_of_one, parts_of_one @ ..] = &of_one;
        let parts_of_one = [&parts_of_one[0], &parts_of_one[1]];
        let y_of_one = whole_batch_norm(None, x_of_one, parts_of_one, Some(alone.each_ref()), MOMENTUM);
        expect_close("output of one process", &y_of_one, &y);
        let derived = derive(&y_of_one, &of_one, &single(&weights), &single(&direction));
        for (found, expected) in derived.iter().chain(&alone).zip(expected.iter().chain(&running)) {
            expect_close("one process", found, expected);
        }
        let derived = derive(&found, &of_part, &single(&own(&weights)), &single(&own(&direction)));
        let names = ["by x", "by scale", "by shift", "twice by x", "twice by x and scale"];
        for ((name, found), expected) in names.iter().zip(&derived).zip(&expected) {
            if expected.dim() == 4 {
                expect_close(name, found, &own(expected));
            } else {
                expect_close(name, &tch::no_grad(|| ranks.sum(found)), expected);
            }
        }
        for (found, expected) in running_across.iter().zip(&running) {
            expect_close("running statistics", found, expected);
        }
        // Held statistics, and an output in the number format of what comes in.
        let before = running_across.each_ref().map(Tensor::copy);
        let rounded = whole_batch_norm(Some(&ranks), &x.to_kind(Kind::BFloat16), pair, None, MOMENTUM);
        assert_eq!(rounded.kind(), Kind::BFloat16);
        assert!(before.iter().zip(&running_across).all(|(before, after)| before.equal(after)));
    }
}
