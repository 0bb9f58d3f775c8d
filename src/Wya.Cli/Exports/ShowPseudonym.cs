using System.CommandLine;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Cli;

/// <summary>Who somebody is in an export, while its key exists: to find, or to take out, what it says of them.</summary>
internal static class ShowPseudonym
{
    public static Verb Verb(Surroundings here)
    {
        Argument<Guid> export = ExportArgument.Id();
        Argument<string> id = new("id") { Description = "An id of the live system: of a person, a stream, an event; or another text that names somebody there." };
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "pseudonym",
            "The pseudonym that an id has in an export, while the export's key exists. That somebody was looked up is recorded, and not whom.",
            "wya exports pseudonym 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a33 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11")
        {
            export,
            id,
            reason,
            actor,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, null, ct).ConfigureAwait(false);
            string wanted = parsed.GetRequiredValue(id);
            await RefuseErased(open, wanted, ct).ConfigureAwait(false);
            (byte[] key, OpenDomain domain) = await ExportKeys.Key(open, parsed.GetValue(export), ct).ConfigureAwait(false);
            await ExportKeys.LookedUp(domain, parsed.GetValue(export), parsed.By(actor, reason), ct).ConfigureAwait(false);
            using var pseudonyms = new Pseudonyms(key);
            Guid pseudonym = pseudonyms.Of(wanted);
            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(new { Pseudonym = pseudonym }, pseudonym.ToString());
            return ExitCodes.Done;
        });
        return verb;
    }

    /// <summary>The tool links nobody who was erased. Somebody with the key and their id still could: forgetting the key ends that.</summary>
    private static async Task RefuseErased(OpenDomains open, string id, CancellationToken ct)
    {
        if (Guid.TryParse(id, out Guid person) && open.FirstOrDefault(domain => domain.Name == IdentityDomain.Definition.Name) is { } identity
            && await ErasuresTable.Of(identity.Log, new UserId(person), ct).ConfigureAwait(false) is { ErasedAt: not null })
        {
            throw new VerbRefusedException("Whoever had this id was erased; who they are in an export is told to nobody.");
        }
    }
}
