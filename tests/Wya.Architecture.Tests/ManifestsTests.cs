using System.Text.RegularExpressions;
using k8s.Models;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Wya.Architecture.Tests;

/// <summary>What is to be given to a cluster, or to Docker, is at least what these would understand; neither runs here.</summary>
public sealed class ManifestsTests
{
    private static readonly string Settings = Checkout.Text("docs/reference/settings.md");

    private static readonly Dictionary<string, string> Files = Checkout.Files
        .Where(file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal))
        .ToDictionary(file => file["deploy/kubernetes/".Length..], Checkout.Text);

    [Fact]
    public void The_manifests_are_understood_and_what_they_refer_to_is_there()
    {
        var manifests = new Manifests(Files, Settings);

        manifests.Faults.ShouldBeEmpty();
        manifests.Of<V1Deployment>().Select(one => one.Metadata.Name).ShouldBe(["wya-api", "wya-worker"]);
        manifests.Of<V1Job>().Count().ShouldBe(1);
        manifests.Of<V1PodDisruptionBudget>().Count().ShouldBe(2);
    }

    /// <summary>A fault planted in what is right, and a word of what must be said of it.</summary>
    [Theory]
    [InlineData("api.yaml", "  replicas: 3", "  replica: 3", "replica")]
    [InlineData("api.yaml", "  replicas: 3", "  replicas: some", "api.yaml")]
    [InlineData("api.yaml", "  replicas: 3", "  replicas: 1", "a single one")]
    [InlineData("api.yaml", "kind: Deployment", "kind: Deploiment", "api.yaml")]
    [InlineData("api.yaml", "path: /health/ready", "path: /ready", "readiness")]
    [InlineData("api.yaml", "containerPort: 8080", "containerPort: 8080, hostname: x", "hostname")]
    [InlineData("api.yaml", "{name: http, containerPort", "{name: web, containerPort", "port")]
    [InlineData("api.yaml", "terminationGracePeriodSeconds: 40", "terminationGracePeriodSeconds: 20", "killed before")]
    [InlineData("api.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "root")]
    [InlineData("worker.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "write to itself")]
    [InlineData("worker.yaml", "limits: {memory: 1Gi}", "limits: {cpu: 1}", "bound of memory")]
    [InlineData("worker.yaml", "image: wya/api:1", "image: wya/api:latest", "changes")]
    [InlineData("worker.yaml", "secretName: wya-keys", "secretName: wya-key", "wya-key,")]
    [InlineData("worker.yaml", "configMapRef: {name: wya-settings}", "configMapRef: {name: settings}", "settings,")]
    [InlineData("migrate.yaml", "automountServiceAccountToken: false", "automountServiceAccountToken: true", "token")]
    [InlineData("ingress.yaml", "name: wya-api\n                port", "name: wya-apis\n                port", "wya-apis")]
    [InlineData("settings.yaml", "Wya__S3__Bucket", "Wya__S3__Buckets", "Wya__S3__Buckets")]
    [InlineData("secrets.example.yaml", "WYA_POSTGRES: \"\"", "WYA_POSTGRES: \"x\"", "with something in it")]
    public void A_planted_fault_is_found(string file, string right, string wrong, string said)
    {
        Files[file].ShouldContain(right);
        Dictionary<string, string> spoiled = new(Files) { [file] = Files[file].Replace(right, wrong, StringComparison.Ordinal) };

        new Manifests(spoiled, Settings).Faults.ShouldContain(fault => fault.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("docker-compose.yml", 5)]
    [InlineData("docker-compose.whole.yml", 2)]
    public void Compose_publishes_on_this_machine_only_and_asks_for_no_variable_that_the_example_does_not_name(string file, int most)
    {
        string text = Checkout.Text(file), example = Checkout.Text(".env.example");
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var services = (YamlMappingNode)yaml.Documents.Single().RootNode["services"];

        services.Children.Count.ShouldBeInRange(2, most);
        foreach ((YamlNode name, YamlNode service) in services.Children)
        {
            var members = (YamlMappingNode)service;
            ((string?)members["image"]).ShouldNotBeNull().ShouldMatch(@":[0-9][0-9.]*$", $"{name}: an image that does not change");
            IEnumerable<YamlNode> ports = members.Children.TryGetValue("ports", out YamlNode? published) ? (YamlSequenceNode)published : [];
            ports.ShouldAllBe(port => ((string?)port)!.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        }

        Regex.Matches(text, @"\b(?:Wya__|ConnectionStrings__|ASPNETCORE_)\w+").Select(match => match.Value).ShouldAllBe(name => Settings.Contains($"`{name}`", StringComparison.Ordinal));
        Regex.Matches(text, @"(?<!\$)\$\{(?<name>[A-Z_0-9]+)").Select(match => match.Groups["name"].Value).Distinct()
            .ShouldAllBe(name => example.Contains($"{name}=", StringComparison.Ordinal));
    }
}
