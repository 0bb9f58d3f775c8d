using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace Wya.Architecture.Tests;

/// <summary>
/// What can be said against the Kubernetes manifests. Each document is read strictly into its kind's own type, so that a
/// member that the API does not know, or a value that does not fit it, is a fault; and then what refers to what is looked up.
/// </summary>
internal sealed partial class Manifests
{
    /// <summary>How long a process takes at most to end what is under way.</summary>
    private const int ShutdownSeconds = 20;

    private readonly List<(string File, object Document)> all = [];
    private readonly List<string> faults = [];

    /// <param name="files">By name.</param>
    /// <param name="settings">The page that explains every setting.</param>
    public Manifests(IReadOnlyDictionary<string, string> files, string settings)
    {
        foreach ((string file, string text) in files)
        {
            Read(file, text);
        }

        foreach ((string file, object document) in all)
        {
            switch (document)
            {
                case V1Deployment deployment:
                    LookAt(file, deployment.Spec.Template.Spec);
                    LookAtService(file, deployment);
                    break;
                case V1Job job:
                    LookAt(file, job.Spec.Template.Spec);
                    break;
                case V1PodDisruptionBudget budget:
                    Expect(Selected(budget.Spec.Selector.MatchLabels).Any(), file, "a disruption budget that protects nothing");
                    break;
                case V1Service service:
                    Expect(
                        Selected(service.Spec.Selector).Any(one => service.Spec.Ports.All(port => Ports(one).Contains(port.TargetPort.Value))),
                        file,
                        "a service that leads to no port");
                    break;
                case V1Ingress ingress:
                    foreach (V1IngressServiceBackend backend in ingress.Spec.Rules.SelectMany(rule => rule.Http.Paths).Select(path => path.Backend.Service))
                    {
                        Expect(
                            Of<V1Service>().Any(service => service.Metadata.Name == backend.Name && service.Spec.Ports.Any(port => port.Name == backend.Port.Name)),
                            file,
                            $"an ingress to {backend.Name}, which is not there");
                    }

                    break;
                case V1NetworkPolicy policy:
                    Expect(Selected(policy.Spec.PodSelector.MatchLabels).Any(), file, "a network policy for nobody");
                    break;
                case V1ConfigMap map:
                    LookAtNames(file, map.Data.Keys, settings);
                    break;
                case V1Secret secret:
                    LookAtNames(file, secret.StringData.Keys.Where(name => name.Contains('_', StringComparison.Ordinal)), settings);
                    Expect(secret.StringData.Values.All(string.IsNullOrEmpty), file, "a secret with something in it");
                    break;
                case V1PersistentVolumeClaim:
                    break;
                default:
                    faults.Add($"{file}: nobody looks at a {document.GetType().Name}");
                    break;
            }
        }
    }

    public IReadOnlyList<string> Faults => faults;

    public IEnumerable<T> Of<T>() => all.Select(one => one.Document).OfType<T>();

    private void Read(string file, string text)
    {
        try
        {
            all.AddRange(KubernetesYaml.LoadAllFromString(text, strict: true).Select(document => (file, document)));
        }
        catch (Exception unreadable) when (unreadable is YamlException or KeyNotFoundException or FormatException or InvalidCastException)
        {
            faults.Add($"{file}: {unreadable.Message} {unreadable.InnerException?.Message}");
        }
    }

    private void LookAt(string file, V1PodSpec pod)
    {
        Expect(pod.SecurityContext is { RunAsNonRoot: true, SeccompProfile.Type: "RuntimeDefault" }, file, "a pod that may be root, or asks the kernel anything");
        Expect(pod.AutomountServiceAccountToken == false, file, "a pod with a token of the cluster's");
        foreach (V1Container container in pod.Containers)
        {
            V1SecurityContext? security = container.SecurityContext;
            Expect(
                security is { AllowPrivilegeEscalation: false, ReadOnlyRootFilesystem: true } && security.Capabilities?.Drop?.Contains("ALL") == true,
                file,
                "a container that may write to itself or gain privileges");
            Expect(container.Resources?.Requests?.Keys.Order().SequenceEqual(["cpu", "memory"]) == true, file, "a container that does not say what it needs");
            Expect(container.Resources?.Limits?.ContainsKey("memory") == true, file, "a container without a bound of memory");
            Expect(!container.Image.EndsWith(":latest", StringComparison.Ordinal) && container.Image.Contains(':', StringComparison.Ordinal), file, "an image that changes");
            foreach (V1EnvFromSource source in container.EnvFrom ?? [])
            {
                string? map = source.ConfigMapRef?.Name, secret = source.SecretRef?.Name;
                Expect(map is null || Of<V1ConfigMap>().Any(one => one.Metadata.Name == map), file, $"settings from {map}, which is not there");
                Expect(secret is null || Of<V1Secret>().Any(one => one.Metadata.Name == secret), file, $"settings from {secret}, which is not there");
            }

            foreach (V1VolumeMount mount in container.VolumeMounts ?? [])
            {
                Expect((pod.Volumes ?? []).Any(volume => volume.Name == mount.Name), file, $"a mount of {mount.Name}, which is not there");
            }
        }

        foreach (V1Volume volume in pod.Volumes ?? [])
        {
            string? secret = volume.Secret?.SecretName, claim = volume.PersistentVolumeClaim?.ClaimName;
            Expect(secret is null || Of<V1Secret>().Any(one => one.Metadata.Name == secret), file, $"a volume of {secret}, which is not there");
            Expect(claim is null || Of<V1PersistentVolumeClaim>().Any(one => one.Metadata.Name == claim), file, $"a volume of {claim}, which is not there");
        }
    }

    /// <summary>Of what runs for ever: it is probed where the API answers, several run, and one ends in good order.</summary>
    private void LookAtService(string file, V1Deployment deployment)
    {
        V1PodSpec pod = deployment.Spec.Template.Spec;
        Expect(Matches(deployment.Spec.Selector.MatchLabels, deployment), file, "a selector that does not match its own pods");
        Expect(deployment.Spec.Replicas >= 2, file, "a single one");
        Expect(Of<V1PodDisruptionBudget>().Any(budget => Matches(budget.Spec.Selector.MatchLabels, deployment)), file, "no disruption budget");
        foreach (V1Container container in pod.Containers)
        {
            Expect(container.LivenessProbe?.HttpGet?.Path == "/health/live" && container.StartupProbe?.HttpGet?.Path == "/health/live", file, "no probe of life");
            Expect(container.ReadinessProbe?.HttpGet?.Path == "/health/ready", file, "no probe of readiness");
            Expect(
                new[] { container.LivenessProbe, container.StartupProbe, container.ReadinessProbe }.All(probe => Ports(deployment).Contains(probe?.HttpGet?.Port?.Value ?? "")),
                file,
                "a probe of a port that is not there");
            Expect(
                container.Lifecycle?.PreStop?.Sleep?.Seconds is { } pause && pod.TerminationGracePeriodSeconds > pause + ShutdownSeconds,
                file,
                "a process that is killed before it can end");
        }
    }

    private void LookAtNames(string file, IEnumerable<string> names, string settings)
    {
        foreach (string name in names.Where(name => Setting().IsMatch(name) && !settings.Contains($"`{name}`", StringComparison.Ordinal)))
        {
            faults.Add($"{file}: the setting {name} does not exist");
        }
    }

    private IEnumerable<V1Deployment> Selected(IDictionary<string, string> labels) => Of<V1Deployment>().Where(deployment => Matches(labels, deployment));

    private static bool Matches(IDictionary<string, string> labels, V1Deployment deployment) =>
        labels.Count > 0 && labels.All(label => deployment.Spec.Template.Metadata.Labels.TryGetValue(label.Key, out string? value) && value == label.Value);

    private static IEnumerable<string> Ports(V1Deployment deployment) => deployment.Spec.Template.Spec.Containers.SelectMany(container => container.Ports).Select(port => port.Name);

    private void Expect(bool holds, string file, string fault)
    {
        if (!holds)
        {
            faults.Add($"{file}: {fault}");
        }
    }

    [GeneratedRegex("^(Wya__|ConnectionStrings__|ASPNETCORE_)")]
    private static partial Regex Setting();
}
