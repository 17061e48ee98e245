//! Plans of small trees: what is transferred, left alone and deleted.

use super::*;
use NodeKind::{Directory, File, Skipped};

const HOUR: u64 = 3600;

fn node(kind: NodeKind, size: u64, seconds: u64) -> TreeNode {
    TreeNode {
        kind,
        size: Some(size),
        modified: Some(UNIX_EPOCH + Duration::from_secs(seconds)),
    }
}

fn tree(nodes: &[(&str, NodeKind)]) -> TreeNodes {
    let nodes = nodes
        .iter()
        .map(|(path, kind)| (path.as_bytes().to_vec(), node(*kind, 5, HOUR)));
    TreeNodes {
        nodes: nodes.collect(),
        ..TreeNodes::default()
    }
}

/// Returns the plan as lines: `+ a` a transfer, `= a` skipped, `/ d` a directory, `- a` and `-/ d` deletions.
fn planned(source: &TreeNodes, target: &TreeNodes, rules: PlanRules) -> Vec<String> {
    let steps = plan(Direction::Down, source, target, rules);
    let line = |step: &TreeStep| {
        let sign = match step.work {
            TreeWork::Transfer { .. } => "+",
            TreeWork::Skip(_) => "=",
            TreeWork::MakeDirectory => "/",
            TreeWork::Delete => "-",
            TreeWork::RemoveDirectory => "-/",
        };
        format!("{sign} {}", String::from_utf8_lossy(&step.path))
    };
    steps.iter().map(line).collect()
}

const MIRROR: PlanRules = PlanRules {
    mirror: true,
    delete: true,
    size_only: false,
    no_clobber: false,
};

#[test]
fn a_copy_has_all_and_loses_nothing() {
    let source = tree(&[("a", File), ("d", Directory), ("d/b", File)]);
    let target = tree(&[("a", File), ("x", File)]);
    let rules = PlanRules::default();
    assert_eq!(planned(&source, &target, rules), ["+ a", "/ d", "+ d/b"]);
    let keeping = PlanRules {
        no_clobber: true,
        ..rules
    };
    assert_eq!(planned(&source, &target, keeping), ["= a", "/ d", "+ d/b"]);
}

#[test]
fn a_mirror_deletes_when_told_the_deepest_first() {
    let source = tree(&[("a", File)]);
    let target = tree(&[
        ("a", File),
        ("d", Directory),
        ("d/e", Directory),
        ("d/e/f", File),
    ]);
    let expected = ["= a", "- d/e/f", "-/ d/e", "-/ d"];
    assert_eq!(planned(&source, &target, MIRROR), expected);
    let keeping = PlanRules {
        delete: false,
        ..MIRROR
    };
    assert_eq!(planned(&source, &target, keeping), ["= a"]);
}

#[test]
fn what_may_be_there_is_not_deleted() {
    let link = Skipped(SkipReason::Link);
    let mut source = tree(&[("d", Directory), ("l", link)]);
    source.open.insert(b"d".to_vec());
    let target = tree(&[
        ("d", Directory),
        ("d/a", File),
        ("l", Directory),
        ("l/b", File),
    ]);
    assert_eq!(planned(&source, &target, MIRROR), ["= l"]);
    source.open = BTreeSet::from([Vec::new()]);
    let target = tree(&[("x", File)]);
    assert_eq!(planned(&source, &target, MIRROR), ["/ d", "= l"]);
}

#[test]
fn what_is_in_the_way_goes_first_when_told() {
    let source = tree(&[("a", File), ("d", Directory), ("d/b", File)]);
    let target = tree(&[("a", Directory), ("a/x", File), ("d", File)]);
    let expected = ["- a/x", "-/ a", "+ a", "- d", "/ d", "+ d/b"];
    assert_eq!(planned(&source, &target, MIRROR), expected);
    let keeping = PlanRules {
        delete: false,
        ..MIRROR
    };
    assert_eq!(planned(&source, &target, keeping), ["+ a", "/ d", "+ d/b"]);
}

#[test]
fn a_copy_is_up_to_date_by_size_and_time() {
    let up_to_date = |direction, source: &TreeNode, target: &TreeNode, rules| {
        is_up_to_date(direction, source, target, rules)
    };
    let source = node(File, 5, HOUR);
    let any_time = PlanRules {
        size_only: true,
        ..MIRROR
    };
    for (size, seconds, down, up, by_size) in [
        (5, HOUR, true, true, true),
        (5, HOUR + 1, false, true, true),
        (5, HOUR - 1, false, false, true),
        (6, HOUR, false, false, false),
    ] {
        let target = node(File, size, seconds);
        assert_eq!(up_to_date(Direction::Down, &source, &target, MIRROR), down);
        assert_eq!(up_to_date(Direction::Up, &source, &target, MIRROR), up);
        assert_eq!(
            up_to_date(Direction::Down, &source, &target, any_time),
            by_size
        );
    }
    let timeless = TreeNode {
        modified: None,
        ..source.clone()
    };
    assert!(!up_to_date(Direction::Down, &timeless, &timeless, MIRROR));
    assert!(up_to_date(Direction::Down, &timeless, &timeless, any_time));
    // A part of a second is behind what the server states in whole ones.
    let mut later = source.clone();
    later.modified = later.modified.map(|time| time + Duration::from_millis(500));
    assert!(!up_to_date(Direction::Up, &later, &source, MIRROR));
    assert!(up_to_date(Direction::Down, &source, &later, MIRROR));
}
