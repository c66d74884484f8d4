//! Deployments of every platform, as the inventory sees them.

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let inventory = super::triples::taken(files);
    let shown: Vec<String> = inventory
        .deployments
        .iter()
        .map(|d| {
            let switches: Vec<String> =
                d.switches.iter().map(|s| format!("{}:{}", s.rule, s.span.at.line)).collect();
            let back: Vec<&str> = d.way_back.iter().map(|e| e.grade.id()).collect();
            format!(
                "{} {} {} | {} | {}",
                d.platform,
                d.name,
                d.environment.id(),
                switches.join(","),
                back.join(",")
            )
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn reads_workloads_and_their_switches() {
    let web = |limit: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 1\n{limit}  template: {{spec: {{containers: [{{image: 'a:1'}}]}}}}\n"
        )
    };
    check(&[("k/web.yaml", &web(""))], &["kubernetes web unstated |  | declared"]);
    check(&[("k/web.yaml", &web("  revisionHistoryLimit: 3\n"))], &["kubernetes web unstated |  | declared"]);
    check(
        &[("prod/web.yaml", &web("  revisionHistoryLimit: 0\n"))],
        &["kubernetes web production | rollback-disabled:6 | "],
    );
}

#[test]
fn reads_ecs_services() {
    let service =
        |inner: &str| format!("resource \"aws_ecs_service\" \"web\" {{\n  name = \"web\"\n{inner}}}\n");
    let breaker = |rollback: bool| {
        service(&format!(
            "  deployment_circuit_breaker {{\n    enable   = true\n    rollback = {rollback}\n  }}\n"
        ))
    };
    check(&[("ecs.tf", &breaker(true))], &["ecs web unstated |  | declared"]);
    check(&[("ecs.tf", &breaker(false))], &["ecs web unstated | rollback-disabled:3 | "]);
    check(&[("ecs.tf", &service(""))], &["ecs web unstated | missing-breaker:1 | "]);
}

#[test]
fn reads_workflows_that_deploy() {
    let path = ".github/workflows/deploy.yml";
    let deploy = "name: Deploy\non:\n  workflow_dispatch:\n    inputs:\n      image_tag: {}\nconcurrency:\n  group: deploy\n  cancel-in-progress: true\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: |\n          helm upgrade --install web ./chart --atomic\n";
    check(&[(path, deploy)], &["github-actions Deploy production | cancelled-deploy:8 | declared,declared"]);
    let test = "name: Test\non: push\nconcurrency: {group: t, cancel-in-progress: true}\njobs:\n  test:\n    steps:\n      - run: helm lint ./chart\n";
    check(&[(path, test)], &[]);
    let back = "name: Back\non: {workflow_dispatch: {}}\njobs:\n  back:\n    steps:\n      - run: helm rollback web\n";
    check(&[(path, back)], &["github-actions Back unstated |  | wired"]);
}

#[test]
fn reads_gitlab_environments_and_compose_in_production() {
    let pipeline = "deploy:\n  script: [kubectl apply -f k]\n  environment: {name: production}\ntest:\n  script: [make test]\n";
    check(&[(".gitlab-ci.yml", pipeline)], &["gitlab-ci deploy production |  | declared"]);
    let compose = "services:\n  web: {image: 'a:1'}\n";
    check(&[("docker-compose.yml", compose)], &[]);
    check(&[("docker-compose.prod.yml", compose)], &["compose web production |  | "]);
}

#[test]
fn reads_platforms_by_kind_and_key() {
    let rollout = |inner: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: web}}\nspec:\n  strategy:\n{inner}"
        )
    };
    check(
        &[("k/web.yaml", &rollout("    blueGreen: {activeService: web}\n"))],
        &["argo-rollouts web unstated |  | declared"],
    );
    check(
        &[("k/web.yaml", &rollout("    canary: {steps: [{setWeight: 20}]}\n"))],
        &["argo-rollouts web unstated | missing-breaker:6 | declared"],
    );
    let function = |inner: &str| {
        format!(
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n{inner}"
        )
    };
    check(&[("t.yaml", &function("      AutoPublishAlias: live\n"))], &["sam Web unstated |  | declared"]);
    check(&[("t.yaml", &function(""))], &["sam Web unstated |  | "]);
    check(
        &[("fly.toml", "app = 'web'\n[deploy]\nstrategy = 'bluegreen'\n")],
        &["fly web unstated |  | declared"],
    );
    check(
        &[("serverless.yml", "service: web\nprovider:\n  name: aws\n  disableRollback: true\n")],
        &["serverless web unstated | rollback-disabled:4 | "],
    );
    check(
        &[(
            "flagger.yaml",
            "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: web}\nspec:\n  skipAnalysis: true\n",
        )],
        &["flagger web unstated | rollback-disabled:5 | "],
    );
    let release =
        |inner: &str| format!("resource \"helm_release\" \"web\" {{\n  name = \"web\"\n{inner}}}\n");
    check(&[("h.tf", &release("  atomic = true\n"))], &["helm web unstated |  | declared"]);
    // Helm spares the revision that was deployed before, whatever the limit.
    check(&[("h.tf", &release("  max_history = 1\n"))], &["helm web unstated |  | "]);
    check(&[("h.tf", &release("  count = 0\n"))], &[]);
    let app = |mode: &str| {
        format!(
            "resource \"azurerm_container_app\" \"web\" {{\n  revision_mode = {mode}\n}}\nvariable \"mode\" {{ default = \"Multiple\" }}\n"
        )
    };
    check(&[("a.tf", &app("var.mode"))], &["azure-container-apps web unstated |  | declared"]);
    check(&[("a.tf", &app("\"Single\""))], &["azure-container-apps web unstated |  | "]);
    // A `Service` of Knative, or of anybody else's group, is no rollout of Argo.
    check(&[("k/web.yaml", "apiVersion: example.com/v1\nkind: Rollout\nmetadata: {name: web}\n")], &[]);
}
