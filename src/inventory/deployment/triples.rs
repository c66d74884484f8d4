//! Every platform of the catalogue with three near misses of each other: nothing that goes back (or nothing
//! that deploys), what only looks like it, and the honest form.

use std::collections::BTreeSet;

use super::fill;
use crate::inventory::material::testing::with_history;
use crate::model::{History, Inventory};
use crate::rules::{DeployTool, PlatformKind};

/// What the inventory knows of some files.
pub(super) fn taken(files: &[(&str, &str)]) -> Inventory {
    with_history(files, &History::default(), |material| {
        let mut inventory = Inventory::default();
        fill(material, &mut inventory);
        inventory
    })
}

/// `platform shown|own|none rules`: whether a key shows a way back, the platform has one, or neither.
fn declared(path: &str, text: &str) -> String {
    let inventory = taken(&[(path, text)]);
    let each = inventory.deployments.iter().map(|it| {
        let way = match (it.way_back.is_empty(), &it.undo) {
            (false, _) => "shown",
            (true, Some(_)) => "own",
            (true, None) => "none",
        };
        let rules: String = it.switches.iter().map(|switch| format!(" {}", switch.rule)).collect();
        let notes: String =
            it.notes.iter().map(|(hold, ..)| format!(" {}", format!("{hold:?}").to_lowercase())).collect();
        format!("{} {way}{rules}{notes}", it.platform)
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A declared platform: its word, where it stands, its text with `KEY`, and what stands there with what is found.
type Declared = (&'static str, &'static str, &'static str, [(&'static str, &'static str); 3]);

const DECLARED: &[Declared] = &[
    (
        "argo-rollouts",
        "k/web.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec:\n  strategy:\nKEY",
        [
            ("    canary: {steps: [{setWeight: 20}]}\n", "argo-rollouts shown missing-breaker"),
            ("    # blueGreen: {activeService: web}\n", "argo-rollouts own"),
            ("    blueGreen: {activeService: web}\n", "argo-rollouts shown"),
        ],
    ),
    (
        "flux",
        "k/web.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  upgrade:\nKEY",
        [
            ("    crds: Create\n", "flux own"),
            ("    remediation: {strategy: uninstall}\n", "flux own rollback-disabled"),
            ("    remediation: {retries: 3}\n", "flux shown"),
        ],
    ),
    (
        "flagger",
        "k/web.yaml",
        "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: web}\nspec:\nKEY",
        [
            ("  provider: nginx\n", "flagger own"),
            ("  skipAnalysis: true\n", "flagger own rollback-disabled"),
            ("  analysis: {threshold: 5}\n", "flagger shown"),
        ],
    ),
    (
        "helm",
        "h.tf",
        "resource \"helm_release\" \"web\" {\n  name = \"web\"\nKEY}\n",
        [("", "helm own"), ("  atomic = false\n", "helm own"), ("  atomic = true\n", "helm shown")],
    ),
    (
        "codedeploy",
        "c.tf",
        "resource \"aws_codedeploy_deployment_group\" \"web\" {\n  app_name = \"a\"\nKEY}\n",
        [
            ("", "codedeploy own missing-breaker"),
            (
                "  auto_rollback_configuration {\n    enabled = false\n  }\n",
                "codedeploy own rollback-disabled",
            ),
            ("  auto_rollback_configuration {\n    enabled = true\n  }\n", "codedeploy shown"),
        ],
    ),
    (
        "lambda",
        "l.tf",
        "resource \"aws_lambda_alias\" \"live\" {\n  name = \"live\"\nKEY}\n",
        [
            ("", "lambda own"),
            ("  # routing_config {}\n", "lambda own"),
            ("  routing_config {\n    additional_version_weights = { \"2\" = 0.5 }\n  }\n", "lambda shown"),
        ],
    ),
    (
        "cloudformation",
        "s.tf",
        "resource \"aws_cloudformation_stack\" \"web\" {\n  name = \"web\"\nKEY}\n",
        [
            ("  disable_rollback = true\n", "cloudformation none rollback-disabled"),
            ("  on_failure = \"DO_NOTHING\"\n", "cloudformation none rollback-disabled"),
            ("  on_failure = \"ROLLBACK\"\n", "cloudformation none"),
        ],
    ),
    (
        "cloud-run",
        "r.tf",
        "resource \"google_cloud_run_v2_service\" \"web\" {\n  name = \"web\"\nKEY}\n",
        [
            ("", "cloud-run own"),
            ("  # traffic {}\n", "cloud-run own"),
            ("  traffic {\n    percent = 100\n  }\n", "cloud-run shown"),
        ],
    ),
    (
        "azure",
        "a.tf",
        "resource \"KEY\" \"web\" {\n  name = \"web\"\n}\n",
        [
            ("azurerm_linux_web_app", ""),
            ("azurerm_linux_web_app_slot_x", ""),
            ("azurerm_linux_web_app_slot", "azure own"),
        ],
    ),
    (
        "azure-container-apps",
        "a.tf",
        "resource \"azurerm_container_app\" \"web\" {\n  name = \"web\"\nKEY}\n",
        [
            ("", "azure-container-apps none"),
            ("  revision_mode = \"Single\"\n", "azure-container-apps none"),
            ("  revision_mode = \"Multiple\"\n", "azure-container-apps shown"),
        ],
    ),
    (
        "ecs-cloudformation",
        "t.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::ECS::Service\n    Properties:\n      Cluster: c\nKEY",
        [
            ("", "ecs-cloudformation none missing-breaker"),
            (
                "      DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: false}}\n",
                "ecs-cloudformation none rollback-disabled",
            ),
            (
                "      DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: true}}\n",
                "ecs-cloudformation shown",
            ),
        ],
    ),
    (
        "sam",
        "t.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\nKEY",
        [
            ("", "sam none"),
            ("      # AutoPublishAlias: live\n", "sam none"),
            ("      AutoPublishAlias: live\n", "sam shown"),
        ],
    ),
    (
        "codedeploy-cloudformation",
        "t.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::CodeDeploy::DeploymentGroup\n    Properties:\n      ApplicationName: a\nKEY",
        [
            ("", "codedeploy-cloudformation own"),
            (
                "      AutoRollbackConfiguration: {Enabled: false}\n",
                "codedeploy-cloudformation own rollback-disabled",
            ),
            ("      AutoRollbackConfiguration: {Enabled: true}\n", "codedeploy-cloudformation shown"),
        ],
    ),
    (
        "copilot",
        "copilot/web/manifest.yml",
        "name: web\ntype: Load Balanced Web Service\nKEY",
        [
            ("", "copilot none"),
            ("# deployment: {rollback_alarms: [a]}\n", "copilot none"),
            ("deployment: {rollback_alarms: [a]}\n", "copilot shown"),
        ],
    ),
    (
        "serverless",
        "serverless.yml",
        "service: web\nprovider:\n  name: aws\nKEY",
        [
            ("  disableRollback: true\n", "serverless own rollback-disabled"),
            (
                "  deploymentBucket: {maxPreviousDeploymentArtifacts: 1}\n",
                "serverless own short-release-retention",
            ),
            ("  deploymentBucket: {maxPreviousDeploymentArtifacts: 10}\n", "serverless own"),
        ],
    ),
    (
        "fly",
        "fly.toml",
        "app = 'web'\nKEY",
        [
            ("", "fly own"),
            ("[deploy]\nstrategy = 'immediate'\n", "fly own slows"),
            ("[deploy]\nstrategy = 'bluegreen'\n", "fly shown"),
        ],
    ),
    (
        "capistrano",
        "config/deploy.rb",
        "set :application, 'web'\nKEY",
        [
            ("set :keep_releases, 1\n", "capistrano own short-release-retention"),
            ("# set :keep_releases, 1\n", "capistrano own"),
            ("set :keep_releases, 5\nset :scm, :git\n", "capistrano own"),
        ],
    ),
    (
        "deployer",
        "deploy.php",
        "<?php\nnamespace Deployer;\nset('application', 'web');\nKEY",
        [
            ("set('keep_releases', 1);\n", "deployer own short-release-retention"),
            ("// set('keep_releases', 1);\n", "deployer own"),
            ("set('keep_releases', 5);\n", "deployer own"),
        ],
    ),
    (
        "nomad",
        "web.nomad",
        "job \"web\" {\n  update {\nKEY  }\n}\n",
        [
            ("    max_parallel = 1\n", "nomad own missing-breaker"),
            ("    # auto_revert = true\n    canary = 1\n", "nomad own missing-breaker"),
            ("    auto_revert = true\n", "nomad shown"),
        ],
    ),
    (
        "app-store",
        "fastlane/Fastfile",
        "lane :beta do\n  KEY\nend\n",
        [("build_app", ""), ("# upload_to_app_store", ""), ("upload_to_app_store", "app-store none blocks")],
    ),
];

/// Platforms that are known by a file: a near miss of its name, one of an example, and the file.
const FILES: &[(&str, [&str; 3], &str)] = &[
    ("gae", ["app.yaml.tmpl", "docs/app.yaml.md", "app.yaml"], "runtime: python312\nservice: web\n"),
    (
        "kamal",
        ["config/deploys.yml", "config/kamal.md", "config/deploy.yml"],
        "service: web\nimage: a/web\nservers: [a]\n",
    ),
    ("vercel", ["vercel.md", "src/vercel-config.json", "vercel.json"], "{\"builds\": []}\n"),
    ("netlify", ["netlify.md", "src/netlify-config.toml", "netlify.toml"], "[build]\npublish = \"dist\"\n"),
    (
        "wrangler",
        ["wrangler.md", "src/wrangler-config.toml", "wrangler.toml"],
        "name = \"web\"\nmain = \"src/index.ts\"\n",
    ),
    ("pulumi", ["pulumi.md", "Pulumi.prod.yaml", "Pulumi.yaml"], "name: web\nruntime: go\n"),
];

/// A platform of a command: one that does not deploy, one that only says or shows it, and one that deploys.
const COMMANDS: &[(&str, [&str; 3])] = &[
    ("helm", ["helm lint ./c", "helm upgrade web ./c --dry-run", "helm upgrade --install web ./c"]),
    ("kubernetes", ["kubectl get pods", "kubectl apply --dry-run=client -f k", "kubectl apply -f k"]),
    ("argo-cd", ["argocd app get web", "echo argocd app sync web", "argocd app sync web"]),
    (
        "ecs",
        ["aws ecs describe-services", "echo aws ecs update-service", "aws ecs update-service --service web"],
    ),
    ("terraform", ["terraform plan", "echo terraform apply", "terraform apply -auto-approve"]),
    ("cloud-foundry", ["cf apps", "echo cf push", "cf push web"]),
    (
        "compose",
        ["docker compose build", "docker compose up -d --dry-run", "docker stack deploy -c c.yml web"],
    ),
    ("fly", ["fly status", "fly deploy --build-only", "fly deploy --remote-only"]),
    (
        "heroku",
        ["heroku container:push web", "echo heroku container:release web", "heroku container:release web"],
    ),
    ("cloud-run", ["gcloud run services list", "echo gcloud run deploy web", "gcloud run deploy web"]),
    ("serverless", ["serverless package", "sls deploy --help", "sls deploy"]),
    ("vercel", ["vercel build # then deploy", "vercel deploy --prebuilt", "vercel deploy --prebuilt --prod"]),
    (
        "capistrano",
        ["cap production doctor # deploy", "cap production deploy --dry-run", "cap production deploy"],
    ),
    (
        "ansible",
        ["ansible-lint deploy.yml", "ansible-playbook deploy.yml --check", "ansible-playbook deploy.yml"],
    ),
];

#[test]
fn tells_declared_platforms_and_their_ways_back_apart() {
    let mut wrong = Vec::new();
    for (_, path, text, ways) in DECLARED {
        for (key, expected) in ways {
            let found = declared(path, &text.replace("KEY", key));
            if found != *expected {
                wrong.push(format!("{path} with `{key}`: {found:?} instead of {expected:?}"));
            }
        }
    }
    for (platform, [other, fake, honest], text) in FILES {
        for (path, is) in [(other, false), (fake, false), (honest, true)] {
            let found = declared(path, text);
            if found.starts_with(platform) != is {
                wrong.push(format!("{path}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tells_commands_that_deploy_from_those_that_say_so() {
    let mut wrong = Vec::new();
    for (platform, [other, fake, honest]) in COMMANDS {
        for (command, expected) in [(other, false), (fake, false), (honest, true)] {
            let text = format!("#!/bin/sh\n{command}\n");
            let inventory = taken(&[("deploy.sh", text.as_str())]);
            let found: Vec<&str> =
                inventory.rollout.iter().map(|(_, command)| command.tool.as_str()).collect();
            if (found == [*platform]) != expected || (!expected && !found.is_empty()) {
                wrong.push(format!("{platform} by `{command}`: {found:?}"));
            }
        }
    }
    let step = |step: &str| {
        let text = format!("on: push\njobs:\n  a:\n    steps:\n      - {step}\n");
        taken(&[(".github/workflows/a.yml", text.as_str())]).deployments.len()
    };
    assert_eq!(step("uses: azure/login@v2"), 0);
    assert_eq!(step("name: azure/webapps-deploy"), 0);
    assert_eq!(step("uses: azure/webapps-deploy@v3"), 1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_platform_has_a_triple() {
    let commands: BTreeSet<&str> = COMMANDS.iter().map(|(platform, _)| *platform).collect();
    let kinds: BTreeSet<&str> = DECLARED
        .iter()
        .map(|(platform, ..)| *platform)
        .chain(FILES.iter().map(|(platform, ..)| *platform))
        .collect();
    let missing: Vec<&str> = DeployTool::all()
        .iter()
        .map(|tool| tool.platform.as_str())
        .filter(|platform| !commands.contains(platform))
        .chain(PlatformKind::all().map(|kind| kind.platform.as_str()).filter(|it| !kinds.contains(it)))
        .collect();
    assert!(missing.is_empty(), "no triple for {missing:?}");
}
