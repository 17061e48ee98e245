//! Types a conversation at a module, and holds the test to every byte that comes back.

use qftp_conformance::conversation::play::{self, Ending};

use super::Conversation;

pub use play::Terminal;

/// Plays a conversation. `false`: this terminal cannot do all of it, and what was left was not played. Panics where
/// something else comes than must come.
pub fn play(conversation: &Conversation, terminal: &mut dyn Terminal) -> bool {
    match play::play(conversation, terminal) {
        Ending::AsPrinted => true,
        Ending::Cannot => false,
        Ending::Differs(difference) => panic!("{}\n{difference}", conversation.title),
    }
}
