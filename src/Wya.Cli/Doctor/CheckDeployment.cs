using Wya.Projections;
using Wya.Projections.Rooms.Objects;

namespace Wya.Cli;

/// <summary>Whether a deployment is as it must be, and what to do where it is not. It changes nothing but one object, which it takes away again.</summary>
internal static class CheckDeployment
{
    private static readonly TableColumn<Finding>[] Columns =
    [
        new("state", finding => finding.State), new("about", finding => finding.About), new("check", finding => finding.Check), new("found", finding => finding.Found),
        new("do", finding => finding.Do),
    ];

    public static Verb Verb(Surroundings here)
    {
        var verb = new Verb(
            "doctor",
            "Checks a deployment, with the settings that the API is given: databases, roles, triggers, Redis, objects, clock, disks, settings. Ends with 1 when there is a fault.",
            "wya doctor",
            "wya doctor --json");
        verb.SetAction((parsed, ct) => Run(here, new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Answer answer, CancellationToken ct)
    {
        var found = new Diagnosis();
        foreach (DomainDefinition domain in here.Domains)
        {
            await DatabaseCheckup.Log(here, domain, found, ct).ConfigureAwait(false);
        }

        await DatabaseCheckup.Keys(here, found, ct).ConfigureAwait(false);
        await RedisCheckup.Look(here, found).ConfigureAwait(false);
        await Objects(here, found, ct).ConfigureAwait(false);
        SettingsCheckup.Look(here, found);
        answer.List([.. found.Findings.OrderBy(finding => finding.State switch { "fault" => 0, "weak" => 1, _ => 2 })], finding => finding, "Nothing was checked.", Columns);
        int faults = found.Findings.Count(finding => finding.IsFault), weak = found.Findings.Count(finding => finding.State == "weak");
        answer.Say($"{Visible.Count(faults, "fault")}, {Visible.Count(weak, "weakness", "weaknesses")}, {Visible.Count(found.Findings.Count - faults - weak)} good.");
        return faults == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static async Task Objects(Surroundings here, Diagnosis found, CancellationToken ct)
    {
        IObjects objects;
        try
        {
            objects = Settings.Objects(here);
        }
        catch (VerbRefusedException unset)
        {
            found.Fault("objects", "setting", unset.Message, "Set what the API is given.");
            return;
        }

        await ObjectsCheckup.Look(objects, found, ct).ConfigureAwait(false);
    }
}
