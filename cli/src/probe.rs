//! `qftp probe`: identifies the module on the port and shows its network state.

use std::fmt::Write;

use qftp::client::Probe;
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::log::Log;
use crate::problem::Problem;
use crate::session;

pub(crate) fn run(app: &App) -> Result<(), Problem> {
    let mut client = session::open_module(app, &Log::default())?;
    let probe = client
        .probe()
        .map_err(|error| Problem::client(&error, Phase::Line))?;
    if app.global.json {
        console::print_json(&document(&probe))
    } else {
        console::print(table(&probe))
    }
}

fn document(probe: &Probe) -> Value {
    let context =
        |(number, address): &(u8, String)| json!({ "context": number, "address": address });
    json!({
        "manufacturer": probe.identity.manufacturer,
        "model": probe.identity.model,
        "revision": probe.identity.revision,
        "dialect": probe.dialect.name,
        "sim": probe.sim,
        "registration": probe.registration,
        "operator": probe.operator,
        "signal_dbm": probe.signal_dbm,
        "attached": probe.attached,
        "contexts": probe.contexts.iter().map(context).collect::<Value>(),
        "context_state": probe.context_state,
    })
}

/// Formats one line for each fact; `?` where the module does not answer.
fn table(probe: &Probe) -> String {
    let identity = &probe.identity;
    let unknown = || "?".to_owned();
    let mut rows = vec![
        (
            "module",
            format!("{} {}", identity.manufacturer, identity.model),
        ),
        ("revision", identity.revision.clone()),
        ("dialect", probe.dialect.name.into()),
        ("SIM", probe.sim.clone().unwrap_or_else(unknown)),
        ("registration", probe.registration.unwrap_or("?").into()),
        ("operator", probe.operator.clone().unwrap_or_else(unknown)),
        (
            "signal",
            probe
                .signal_dbm
                .map_or_else(unknown, |dbm| format!("{dbm} dBm")),
        ),
        (
            "attached",
            match probe.attached {
                Some(true) => "yes",
                Some(false) => "no",
                None => "?",
            }
            .into(),
        ),
    ];
    for (number, address) in &probe.contexts {
        rows.push(("context", format!("{number} active, {address}")));
    }
    if let Some(state) = &probe.context_state {
        rows.push(("context", state.clone()));
    } else if probe.contexts.is_empty() {
        rows.push((
            "context",
            "none active; the first transfer activates one".into(),
        ));
    }
    let mut text = String::new();
    for (name, value) in rows {
        // A string takes everything.
        let _ = writeln!(
            text,
            "{name:12}  {}",
            console::shown(value.trim().as_bytes())
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::client::ModuleIdentity;
    use qftp::dialect::ec2x::EC2X;

    #[test]
    fn what_is_not_known_says_so() {
        let mut identity = ModuleIdentity::default();
        identity.manufacturer = "Quectel".into();
        identity.model = "EC25".into();
        identity.revision = "EC25EFAR06A17M4G".into();
        let mut probe = Probe::new(identity, &EC2X);
        probe.sim = Some("READY".into());
        probe.signal_dbm = Some(-57);
        probe.attached = Some(true);
        probe.contexts = vec![(1, "10.7.157.1".into())];
        let text = table(&probe);
        for line in [
            "module        Quectel EC25\n",
            "SIM           READY\n",
            "registration  ?\n",
            "signal        -57 dBm\n",
            "context       1 active, 10.7.157.1\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert_eq!(document(&probe)["contexts"][0]["context"], 1);
        assert!(document(&probe)["registration"].is_null());
        probe.contexts.clear();
        assert!(table(&probe).contains("none active"));
        probe.context_state = Some("IP GPRSACT".into());
        assert!(table(&probe).ends_with("context       IP GPRSACT\n"));
        assert_eq!(document(&probe)["context_state"], "IP GPRSACT");
    }
}
