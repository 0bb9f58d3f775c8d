using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Wya.Api.Operation;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Xunit;

namespace Wya.Api.Tests.Operation;

/// <summary>Dashboards and alerts ask for metrics that there are.</summary>
public sealed partial class DashboardTests(SharedApi shared)
{
    [Fact]
    public async Task Every_metric_that_they_name_is_exported()
    {
        await shared.Host();
        HashSet<string> exported = Exported();
        exported.ShouldContain("wya_projection_lag_seconds");
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(ReferenceTests.FindRoot(), "deploy"), "*.*", SearchOption.AllDirectories).Where(file => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal))];
        files.Length.ShouldBeGreaterThanOrEqualTo(3);
        string[] named = [.. files.SelectMany(file => Expressions(file)).SelectMany(expression => Metric().Matches(expression).Select(match => match.Value)).Distinct()];
        named.Length.ShouldBeGreaterThan(20);
        named.Except(exported).ShouldBeEmpty();
        Metric().Matches("rate(wya_no_such_metric_total[5m])").Select(match => match.Value).Except(exported).ShouldBe(["wya_no_such_metric_total"]);
    }

    [Fact]
    public void Every_alert_says_how_grave_it_is_and_leads_to_a_page_that_exists()
    {
        string root = ReferenceTests.FindRoot(), rules = File.ReadAllText(Path.Combine(root, "deploy/prometheus/rules.yml"));
        rules.Split('\n').ShouldAllBe(line => Line().IsMatch(line));
        string[] alerts = rules.Split("- alert: ")[1..];
        alerts.Length.ShouldBeGreaterThan(10);
        foreach (string alert in alerts)
        {
            alert.ShouldMatch(@"severity: (now|soon)\n");
            alert.ShouldMatch("summary: \"[^\"]+\"\n");
            File.Exists(Path.Combine(root, Regex.Match(alert, "runbook: (?<page>.+)").Groups["page"].Value)).ShouldBeTrue(alert);
        }
    }

    private static IEnumerable<string> Expressions(string file) => file.EndsWith(".json", StringComparison.Ordinal)
        ? JsonElement.Parse(File.ReadAllText(file)).GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!))
        : File.ReadAllLines(file).Where(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("expr: ", StringComparison.Ordinal) + 6)..]);

    /// <summary>As Prometheus names what comes by OTLP: dots become underscores, units become words, counters end with total.</summary>
    private static HashSet<string> Exported()
    {
        foreach (Type type in new[] { typeof(SystemWatch), typeof(LogDatabase), typeof(Domains) }.SelectMany(one => one.Assembly.GetTypes())
            .Where(type => !type.ContainsGenericParameters && type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Any(field => field.FieldType == typeof(Meter))))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        HashSet<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                string name = instrument.Name.Replace('.', '_'), unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
                name += name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit;
                string kind = instrument.GetType().Name;
                names.UnionWith(kind.StartsWith("Histogram", StringComparison.Ordinal) ? [name + "_bucket", name + "_sum", name + "_count"]
                    : kind.Contains("Counter", StringComparison.Ordinal) && !kind.Contains("UpDown", StringComparison.Ordinal) ? [name + "_total"]
                    : [name]);
            },
        };
        listener.Start();
        return names;
    }

    [GeneratedRegex(@"\b(?:wya|http_server)_[a-z_]+\b(?=[\[{)\s]|$)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^(?:\s*#.*|\s*(?:- )?[a-z]+: ?.*|)$")]
    private static partial Regex Line();
}
