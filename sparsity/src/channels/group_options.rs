//! The options of a group: how many channels it may have, their importance and their latency.

use super::request::{ChannelRequest, valid_target};
use super::{ChannelSpace, ChoiceError};
use crate::knapsack::Choice;
use std::collections::BTreeSet;

/// The options of every group, rising in channels.
pub(super) struct GroupOptions {
    /// The channels of each option.
    pub counts: Vec<Vec<usize>>,
    /// Its value, and its price in units above the current structure.
    pub choices: Vec<Vec<Choice>>,
}

impl GroupOptions {
    /// The options of a request, once it is clear that it can be understood.
    pub fn new(space: &ChannelSpace, request: &ChannelRequest) -> Result<Self, ChoiceError> {
        valid_target(request.target_ms)?;
        let expected = space.blocks.len();
        for (list, found) in [
            ("current", request.current.len()),
            ("least", request.least.len()),
            ("most", request.most.len()),
            ("values", request.values.len()),
        ] {
            if found != expected {
                return Err(ChoiceError::Length { list, found, expected });
            }
        }
        let counts: Vec<Vec<usize>> =
            (0..expected).map(|group| options(space, request, group)).collect::<Result<_, _>>()?;
        let choices = counts.iter().enumerate().map(|(group, options)| {
            let value = |count: usize| -> f64 {
                let values = if space.prunable[group] { &request.values[group][..count] } else { &[] };
                values.iter().sum()
            };
            let costs = space.prices(request.current, group, options)?;
            Ok(options.iter().zip(costs).map(|(&count, cost)| Choice { value: value(count), cost }).collect())
        });
        let choices = choices.collect::<Result<_, ChoiceError>>()?;
        Ok(Self { counts, choices })
    }

    /// Sum of the costs of the options that `pick` takes of two, in every group.
    pub fn cost(&self, pick: fn(i64, i64) -> i64) -> i64 {
        let costs =
            |options: &Vec<Choice>| options.iter().map(|choice| choice.cost).reduce(pick).unwrap_or(0);
        self.choices.iter().map(costs).sum()
    }

    /// Whether no option of any group has a greater value than the one with the most channels.
    pub fn most_is_best(&self) -> bool {
        self.choices.iter().all(|options| {
            let last = options[options.len() - 1].value;
            options.iter().all(|choice| choice.value <= last)
        })
    }
}

/// The numbers of channels that `group` may have, rising: what it can reach between the least and the
/// most, and these two.
fn options(space: &ChannelSpace, request: &ChannelRequest, group: usize) -> Result<Vec<usize>, ChoiceError> {
    let (current, mut least, mut most) = (request.current[group], request.least[group], request.most[group]);
    if !space.prunable[group] {
        (least, most) = (current, current);
    }
    let channels = space.groups.groups[group].channels;
    let name = || space.groups.groups[group].name.clone();
    if least < 1 || least > most || most > channels || !(1..=channels).contains(&current) {
        return Err(ChoiceError::Counts { group: name(), channels, current, least, most });
    }
    if !space.prunable[group] {
        return Ok(vec![current]);
    }
    let values = &request.values[group];
    if values.len() < most {
        return Err(ChoiceError::Importances { group: name(), found: values.len(), needed: most });
    }
    if let Some(channel) = values[..most].iter().position(|value| !value.is_finite()) {
        return Err(ChoiceError::Importance { group: name(), channel, value: values[channel] });
    }
    let reached = space.reachable(group).filter(|count| (least..=most).contains(count));
    Ok(reached.chain([least, most]).collect::<BTreeSet<usize>>().into_iter().collect())
}
