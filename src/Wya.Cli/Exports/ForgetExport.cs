using System.CommandLine;

namespace Wya.Cli;

/// <summary>Destroys the key of an export's pseudonyms: its files stay useful, and nobody can link them to anybody any more.</summary>
internal static class ForgetExport
{
    public static Verb Verb(Surroundings here)
    {
        Argument<Guid> export = ExportArgument.Id();
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "forget",
            "Destroys the key of an export's pseudonyms. Its files stay; no pseudonym in them can be made again from an id.",
            "wya exports forget 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a33")
        {
            export,
            reason,
            actor,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            Guid id = parsed.GetValue(export);
            await using OpenDomains open = await OpenDomain.Open(here, null, ct).ConfigureAwait(false);
            await ExportKeys.Key(open, id, ct).ConfigureAwait(false); // or there is nothing to forget
            List<string> forgotten = [];
            foreach (OpenDomain domain in open)
            {
                if (await ExportKeys.Forget(domain, id, parsed.By(actor, reason), ct).ConfigureAwait(false))
                {
                    forgotten.Add(domain.Name);
                }
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(
                new { ExportId = id, Domains = forgotten },
                $"The key of export {id} is destroyed in {string.Join(", ", forgotten)}. Backups made before hold it until they age out.");
            return ExitCodes.Done;
        });
        return verb;
    }
}

/// <summary>An export, as exports list shows it.</summary>
internal static class ExportArgument
{
    public static Argument<Guid> Id() => new("export")
    {
        Description = "The export's id, as exports list and the export's manifest show it.",
        CustomParser = result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out Guid id))
            {
                return id;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not an export's id, which is a uuid.");
            return default;
        },
    };
}
