//! A part of ResNet-50's latency table: the convolutions of the dense network, some of them measured again, and their
//! sum beside the time of the whole network.

use super::Session;
use crate::commands::lut::{TableModel, TableVerdict, shuffled};
use crate::device::Device;
use crate::worker_client::{WorkerEnd, supervise};
use network::{ConvShape, Layout, Network};
use records::self_check::Finding;
use sparsity::LatencyScope;
use std::collections::BTreeMap;
use std::time::Instant;
use trial::protocol::{LutJob, LutTiming, Precision};
use trial::{Event, Job};

const MODEL: &str = "resnet50";
/// How many entries are measured again.
const SAMPLE: usize = 8;
/// How far the second measurement may be from the first, as in `harness lut verify`.
const TOLERANCE: f64 = 0.1;

/// What is measured, and how.
struct Way {
    batch: usize,
    side: usize,
    /// Channels that convolutions process together.
    multiple: usize,
    seconds: f64,
}

/// Measures, and measures again.
pub fn run(session: &mut Session) -> anyhow::Result<()> {
    let cuda = session.bench.device != Device::Cpu;
    let way = match cuda {
        true => Way { batch: 256, side: 224, multiple: 8, seconds: 0.1 },
        false => Way { batch: 4, side: 64, multiple: 1, seconds: 0.02 },
    };
    session
        .check("part of resnet50's", Some(if cuda { 15.0 } else { 5.0 }), |session| part(session, &way, cuda))
}

fn part(session: &Session, way: &Way, judged: bool) -> anyhow::Result<Finding> {
    let model = TableModel::new(MODEL, way.side, None, LatencyScope::Network)?;
    let layers: Vec<ConvShape> = model.layers().into_iter().map(|(_, shape)| shape).collect();
    let mut shapes = layers.clone();
    shapes.sort_unstable();
    shapes.dedup();
    let shapes = shuffled(shapes);
    let began = Instant::now();
    let first = match measure(session, way, shapes.clone(), vec![model.network.clone()])? {
        Ok(first) => first,
        Err(finding) => return Ok(finding),
    };
    let an_entry = began.elapsed().as_secs_f64() / first.len() as f64;
    let sample: Vec<ConvShape> = shapes.iter().copied().take(SAMPLE).collect();
    let second = match measure(session, way, sample.clone(), vec![])? {
        Ok(second) => second,
        Err(finding) => return Ok(finding),
    };
    let table: BTreeMap<ConvShape, &LutTiming> = shapes.iter().copied().zip(&first).collect();
    let ratios: Vec<f64> = sample
        .iter()
        .zip(&second)
        .map(|(shape, timing)| timing.milliseconds / table[shape].milliseconds)
        .collect();
    let sum: f64 = layers.iter().map(|shape| table[shape].milliseconds).sum();
    let whole = first[shapes.len()].milliseconds;
    let all = model.structures(None, way.multiple, true)?.shapes().len();
    let verdict = TableVerdict::of(&ratios, TOLERANCE);
    let doubtful = first.iter().filter(|timing| !timing.doubts.is_empty()).count();
    let doubt = match doubtful {
        0 => String::new(),
        _ => format!("; {doubtful} of {} are doubtful", first.len()),
    };
    let text = format!(
        "batch {}, {} pixels, fp32: {} convolutions; {} measured again, median ratio {:.3}{doubt}; all layers add up to \
         {sum:.2} ms, the whole network takes {whole:.2} ms; a table of all {all} would take {:.0}s",
        way.batch,
        way.side,
        shapes.len(),
        sample.len(),
        verdict.median,
        an_entry * all as f64,
    );
    let finding = if judged && !verdict.passed { Finding::fail(text) } else { Finding::pass(text) };
    Ok(finding
        .and("sum of the convolutions", sum, "ms")
        .and("whole network", whole, "ms")
        .and("whole / sum", whole / sum, "")
        .and("measured again / first", verdict.median, "")
        .and("table of all", an_entry * all as f64, "s"))
}

/// The latencies, convolutions first; the finding if they cannot be measured, or there is no time.
fn measure(
    session: &Session,
    way: &Way,
    convolutions: Vec<ConvShape>,
    networks: Vec<Network>,
) -> anyhow::Result<Result<Vec<LutTiming>, Finding>> {
    let total = convolutions.len() + networks.len();
    let job = Job::Lut(LutJob {
        convolutions,
        networks,
        device: session.bench.device,
        threads: session.bench.threads,
        batch: way.batch,
        precision: Precision::Fp32,
        layout: Layout::ChannelsLast,
        cuda_graphs: true,
        seconds: way.seconds,
    });
    let (began, mut timings) = (Instant::now(), Vec::new());
    let end = supervise(
        &session.bench.worker,
        &job,
        || session.is_over(),
        |event| {
            if let Event::Timed(timing) = event {
                timings.push(timing);
            }
            Ok(())
        },
    )?;
    Ok(match end {
        WorkerEnd::Answered(_) if timings.len() == total => Ok(timings),
        WorkerEnd::Answered(_) => Err(Finding::fail(format!("{} of {total} latencies came", timings.len()))),
        WorkerEnd::Refused(why) | WorkerEnd::Failed(why) => Err(Finding::fail(why)),
        WorkerEnd::Stopped => Err(Finding::out_of_time(Some(
            began.elapsed().as_secs_f64() * total as f64 / timings.len().max(1) as f64,
        ))),
    })
}
