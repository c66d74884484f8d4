//! Which environment the parts of a path or a name speak of.
//!
//! Words only: `prod`, `staging`, `dev`. Names tell more than folders, and a deeper folder tells
//! more than a higher one. It does not know what is deployed.

use crate::model::RepoPath;
use crate::model::thing::Environment;
use crate::text::{Role, role};

/// The environment of a thing, from the names it goes by (most telling first) and its path.
pub fn environment(path: &RepoPath, names: &[&str]) -> Environment {
    if matches!(role(path), Role::Test | Role::Example) {
        return Environment::Test;
    }
    let named = names.iter().find_map(|name| of_words(name));
    named.or_else(|| of_folders(path)).unwrap_or(Environment::Unstated)
}

/// Folders whose folders are environments.
const HOLDERS: &[&str] = &[
    "environments",
    "environment",
    "envs",
    "env",
    "deployments",
    "deployment",
    "deploy",
    "overlays",
    "stages",
    "clusters",
    "integration",
    "non-prod",
    "nonprod",
    "tfvars",
];

/// The environment that the deepest telling part of a path speaks of. Some words are environments only
/// among environments: elsewhere a service may be called so.
fn of_folders(path: &RepoPath) -> Option<Environment> {
    let parts: Vec<&str> = path.components().collect();
    parts.iter().enumerate().rev().find_map(|(index, part)| {
        let above = index.checked_sub(1).and_then(|above| parts.get(above));
        let is_among = above.is_some_and(|above| HOLDERS.contains(&above.to_ascii_lowercase().as_str()));
        let stem = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        match stem.as_str() {
            "review" | "review-apps" | "reviewapps" if is_among => Some(Environment::Development),
            "integration" | "int" if is_among => Some(Environment::Test),
            _ => of_words(part),
        }
    })
}

/// The environment one name speaks of, if it does.
pub fn of_words(name: &str) -> Option<Environment> {
    let lower = name.to_ascii_lowercase();
    // "shop-ci" is what serves the pipelines in earnest; `ci` is a place for throw-away copies only
    // when it is the whole name of a folder or a part of the name of a file of settings.
    let is_settings =
        [".yml", ".yaml", ".env", ".tfvars", ".json", ".toml"].iter().any(|end| lower.ends_with(end));
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let after = |index: usize, what: &[&str]| {
        index.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| what.contains(word))
    };
    words.iter().enumerate().rev().find_map(|(index, word)| match *word {
        "prod" | "production" | "prd" if after(index, &["non", "not", "no"]) => {
            Some(Environment::Development)
        }
        "prod" | "production" if after(index, &["pre"]) => Some(Environment::Staging),
        "prod" | "production" | "prd" => Some(Environment::Production),
        // "live" alone names an environment; inside a longer name it is mostly the verb.
        "live" if words.len() == 1 => Some(Environment::Production),
        "staging" | "stage" | "stg" | "preprod" | "preproduction" | "uat" | "acceptance" => {
            Some(Environment::Staging)
        }
        "debug" | "teststand" | "testbed" => Some(Environment::Development),
        // `usdfdev`, `shopprod`: glued to a name.
        glued if glued.len() > 4 && glued.ends_with("prod") => Some(Environment::Production),
        glued if glued.len() > 5 && glued.ends_with("dev") => Some(Environment::Development),
        "dev" | "develop" | "development" | "local" | "sandbox" | "preview" | "nonprod" | "devcontainer" => {
            Some(Environment::Development)
        }
        "review" if words.get(index + 1).is_some_and(|next| matches!(*next, "app" | "apps" | "env")) => {
            Some(Environment::Development)
        }
        "qa" | "test" | "testing" | "tests" | "e2e" => Some(Environment::Test),
        "ci" if words.len() == 1 || is_settings => Some(Environment::Test),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::environment;
    use crate::model::thing::Environment;

    #[track_caller]
    fn check(path: &str, names: &[&str], expected: Environment) {
        assert_eq!(environment(&path.into(), names), expected, "{path} {names:?}");
    }

    #[test]
    fn tells_environments_by_words() {
        check("terraform/prod/db.tf", &[], Environment::Production);
        check("live/db.tf", &[], Environment::Production);
        check("docs/creating-a-live-like.tf", &[], Environment::Unstated);
        check("envs/non-prod/db.tf", &[], Environment::Development);
        check("envs/pre-production/db.tf", &[], Environment::Staging);
        check("docker-compose.dev.yml", &[], Environment::Development);
        check("config/clusters/shop/staging.values.yaml", &[], Environment::Staging);
        check("terraform/db.tf", &["shop-prod"], Environment::Production);
        check("terraform/prod/db.tf", &["shop-staging"], Environment::Staging);
        check("terraform/products/db.tf", &["latest"], Environment::Unstated);
        check("examples/prod/db.tf", &[], Environment::Test);
        check("deployments/integration/review/proxy/ecs.tf", &[], Environment::Development);
        check("terraform/environments/review.tfvars.json", &[], Environment::Development);
        check("apps/web/values-shopdev.yaml", &[], Environment::Development);
        check("apps/web/values-shopprod.yaml", &[], Environment::Production);
        check("apps/web/product.yaml", &[], Environment::Unstated);
        check("terraform/environments/integration/db.tf", &[], Environment::Test);
        check("web.yml", &["Deploy review app"], Environment::Development);
        // A service by that name, and work on code.
        check("services/review/web.yaml", &[], Environment::Unstated);
        check("services/integration/web.yaml", &[], Environment::Unstated);
        check("web.yml", &["Code review"], Environment::Unstated);
        check("deploy/review-service/web.yaml", &["reviews"], Environment::Unstated);
        check("docker-compose.ci.yml", &[], Environment::Test);
        check("values-ci.yaml", &[], Environment::Test);
        check("ci/db.tf", &[], Environment::Test);
        check("modules/shop-ci/caches.tf", &["shop-ci-mirrors"], Environment::Unstated);
        check("accounts/ci-prod/db.tf", &[], Environment::Production);
    }
}
