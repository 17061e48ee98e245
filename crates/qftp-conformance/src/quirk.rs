//! The quirks of real modules: conversations that show one, and the cases of a plan that differ with it.

use qftp::dialect::Dialect;
use qftp::internal::at::{self, AtCommand};
use qftp::module::Quirks;
use qftp::module::quirks::{QUIRKS, QuirkInfo};

use crate::conversation::{Conversation, Step, folder};

/// The cases that differ with each quirk, as the test `quirk_cases` finds them: `QUIRK NAME` in each line.
const TOUCHED: &str = include_str!("quirk_cases.txt");

/// Returns the quirks that modules of a dialect may have, each with the conversations that show it. A module without the
/// quirk answers each of them in another way.
pub fn signs(dialect: &'static Dialect) -> Vec<(&'static QuirkInfo, Vec<Conversation>)> {
    let all = folder("quirks");
    let own = QUIRKS.iter().filter(|known| {
        let one = Quirks::MANUAL.with(known.quirk);
        one.check(dialect).is_ok()
    });
    own.map(|known| {
        let title = format!("quirks/{}.txt: ", known.name);
        let signs = all
            .iter()
            .filter(|one| one.title.starts_with(&title) && has_commands(dialect, one));
        (known, signs.cloned().collect())
    })
    .collect()
}

/// Returns true if the dialect has every command that is typed.
pub fn has_commands(dialect: &Dialect, conversation: &Conversation) -> bool {
    conversation.steps.iter().all(|step| {
        let typed = match step {
            Step::Type(line) => line.clone().into_bytes(),
            Step::Send(bytes) => bytes.bytes(),
            _ => return true,
        };
        let line = typed.split(|byte| *byte == b'\r').next();
        let (commands, _) = at::parse_line(line.unwrap_or_default());
        commands.iter().all(|command| match command {
            AtCommand::Extended { name, .. } => dialect.command_named(name).is_some(),
            _ => true,
        })
    })
}

/// Returns the quirks with which a case differs, by name.
pub fn touching(case: &str) -> Vec<&'static str> {
    let rows = TOUCHED.lines().filter_map(|line| line.split_once(' '));
    rows.filter(|(_, name)| *name == case)
        .map(|(quirk, _)| quirk)
        .collect()
}
