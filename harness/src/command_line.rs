//! The command line as it was typed, and what clap's refusals lack: a setting that was written as an option leads to
//! `--set`.

mod examples;

use crate::columns;
use crate::commands::Arguments;
use crate::plan_file::Asked;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error, FromArgMatches};
use std::ffi::OsString;

/// Help is not wider than this.
pub const WIDEST: usize = 100;

/// The arguments of this process; it ends here where they are refused, or where help was asked for.
pub fn parse() -> (Arguments, Asked) {
    parsed(std::env::args_os().collect()).unwrap_or_else(|error| error.exit())
}

/// The arguments that these words are, the program's name first, and what they ask for by name.
///
/// # Errors
///
/// Clap's, with what it lacks.
pub fn parsed(typed: Vec<OsString>) -> Result<(Arguments, Asked), Error> {
    let read = |typed: &[OsString]| {
        let width = columns::width().map_or(WIDEST, |width| width.min(WIDEST));
        let matches = examples::fitted(Arguments::command(), width).try_get_matches_from(typed)?;
        Ok((Arguments::from_arg_matches(&matches)?, Asked::of(&Arguments::command(), &matches)))
    };
    read(&typed).map_err(|error: Error| {
        let words: Vec<String> = typed.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        with_setting(error, &words)
    })
}

/// `error` with a remark if the option that it refuses is a setting, or nearer to one than to any option.
fn with_setting(mut error: Error, typed: &[String]) -> Error {
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) if error.kind() == ErrorKind::UnknownArgument => option.clone(),
        _ => return error,
    };
    let program = Arguments::command();
    let command = innermost(&program, typed);
    let has_settings = command.get_arguments().any(|argument| argument.get_long() == Some("set"));
    let Some(name) = option.strip_prefix("--").filter(|_| has_settings) else { return error };
    let settings = settings();
    let written: Vec<String> = settings.iter().map(|key| key.replace('_', "-")).collect();
    let options = command.get_arguments().filter_map(|argument| argument.get_long());
    // Of a setting and an option that are equally like it, the option.
    let names: Vec<&str> = options.chain(written.iter().map(String::as_str)).collect();
    let nearest = network::nearest(&name.replace('_', "-"), &names);
    let at = nearest.and_then(|nearest| written.iter().position(|key| key == nearest));
    let Some(key) = at.map(|at| settings[at]) else { return error };
    let value = value_of(&option, typed).unwrap_or("VALUE");
    let is = if key.replace('_', "-") == name.replace('_', "-") { "it is" } else { "did you mean" };
    let tip = format!("{is} the setting `{key}`, which is written --set {key}={value}");
    error.remove(ContextKind::SuggestedArg);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    error
}

/// The command that the words lead to.
fn innermost<'a>(program: &'a Command, typed: &[String]) -> &'a Command {
    typed.iter().fold(program, |command, word| command.find_subcommand(word).unwrap_or(command))
}

/// Every setting of the recipes, of the methods and of channels.
fn settings() -> Vec<&'static str> {
    let recipes = suites::SUITES.iter().flat_map(|suite| (suite.settings)());
    let methods = trial::registry::all().into_iter().flat_map(|method| (method.settings)());
    let all = recipes.chain(methods).chain(trial::channel_settings());
    let mut keys: Vec<&str> = all.map(|spec| spec.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What was typed behind an option.
fn value_of<'a>(option: &str, typed: &'a [String]) -> Option<&'a str> {
    let behind = |(at, word): (usize, &'a String)| match word.strip_prefix(option)? {
        "" => typed.get(at + 1).map(String::as_str).filter(|next| !next.starts_with("--")),
        rest => rest.strip_prefix('='),
    };
    typed.iter().enumerate().find_map(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arguments: &[&str]) -> String {
        let typed = [&["harness"], arguments].concat();
        parsed(typed.iter().map(OsString::from).collect()).unwrap_err().to_string()
    }

    #[test]
    fn every_setting_that_is_written_as_an_option_leads_to_set() {
        for key in settings() {
            let command = Arguments::command();
            let suite = command.find_subcommand("suite").unwrap();
            let option = key.replace('_', "-");
            // Some settings have an option of their own.
            if suite.get_arguments().any(|argument| argument.get_long() == Some(&option)) {
                continue;
            }
            for written in [format!("--{key}"), format!("--{option}")] {
                for command in [["suite", "cifar10"], ["reproduce", "table3"]] {
                    let said = refusal(&[&command[..], &[&written, "7"]].concat());
                    assert!(said.contains(&format!("which is written --set {key}=7")), "{said}");
                    assert!(!said.contains("similar argument") && !said.contains("as a value"), "{said}");
                }
            }
        }
    }

    #[test]
    fn a_mistyped_setting_or_option_leads_to_the_right_one() {
        let said = refusal(&["suite", "cifar10", "--epoch=2"]);
        assert!(
            said.contains("did you mean the setting `epochs`, which is written --set epochs=2"),
            "{said}"
        );
        let said = refusal(&["suite", "cifar10", "--seed", "1"]);
        assert!(said.contains("'--seeds'") && !said.contains("--set "), "{said}");
        let said = refusal(&["suite", "cifar10", "--epochs"]);
        assert!(said.contains("--set epochs=VALUE"), "{said}");
        let said = refusal(&["data", "info", "voc", "--test-list", "val"]);
        assert!(said.contains("--set test_list=val"), "{said}");
        // A command without settings has none to offer.
        assert!(!refusal(&["report", "--epochs", "2"]).contains("--set"));
    }
}
