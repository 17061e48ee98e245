//! Needs of a conversation that a module or a line may not have.

use qftp_conformance::conversation::{Check, Conversation, Scene, Step};

/// Returns true if a conversation has files on a memory card.
pub(super) fn card(conversation: &Conversation) -> bool {
    let on_card = |name: &str| name.contains("SD:") || name.contains("\"/SD/");
    let in_scene = |scene: &Scene| matches!(scene, Scene::StoreFile(name, _) if on_card(name));
    conversation.scene.iter().any(in_scene)
        || conversation.steps.iter().any(|step| match step {
            Step::Type(line) => on_card(line),
            Step::Check(Check::Store(name, _)) => on_card(name),
            _ => false,
        })
}

/// Returns true if a conversation shows the lines of the control connection around a transfer. The module chooses the
/// commands before a transfer; no manual says which.
pub(super) fn plain_transcript(conversation: &Conversation) -> bool {
    conversation.steps.iter().any(|step| match step {
        Step::Answer(lines) => lines.iter().any(|line| line.starts_with("+FTPINFO:150")),
        _ => false,
    })
}
