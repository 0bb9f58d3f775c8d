using System.Text.Json.Nodes;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Events;

/// <summary>Payloads as they were written once. They are never edited: every build must still read them.</summary>
public sealed class EventSampleTests
{
    private static readonly string Folder = Repository.PathTo("tests", "Wya.Domain.Tests", "Samples");

    [Theory]
    [MemberData(nameof(EventCatalogue.NamesAndVersions), MemberType = typeof(EventCatalogue))]
    public void Every_version_ever_written_can_be_read(string name, int version)
    {
        EventType type = EventCatalogue.Type(name);
        object read = type.Read(version, Sample(type, version));
        read.ShouldBeOfType(type.Record);
        byte[] written = type.Write(read);
        type.Write(type.Read(type.Version, written)).ShouldBe(written, "what was read and written once is the same when read and written again");
    }

    [Theory]
    [MemberData(nameof(EventCatalogue.Names), MemberType = typeof(EventCatalogue))]
    public void The_current_version_is_written_as_it_was(string name)
    {
        EventType type = EventCatalogue.Type(name);
        byte[] sample = Sample(type, type.Version);
        JsonNode.DeepEquals(JsonNode.Parse(type.Write(type.Read(type.Version, sample))), JsonNode.Parse(sample)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(EventCatalogue.Names), MemberType = typeof(EventCatalogue))]
    public void A_field_that_is_not_known_is_passed_over(string name)
    {
        EventType type = EventCatalogue.Type(name);
        JsonObject fromTheFuture = JsonNode.Parse(Sample(type, type.Version))!.AsObject();
        fromTheFuture["not_yet_invented"] = "something";
        type.Read(type.Version, System.Text.Encoding.UTF8.GetBytes(fromTheFuture.ToJsonString())).ShouldBeOfType(type.Record);
    }

    [Fact]
    public void Every_event_of_a_user_changes_the_user()
    {
        User user = User.Stream.Initial;
        string[] order =
        [
            "user.created", "user.verified", "user.age_layer_changed", "user.suspended", "user.unsuspended", "user.banned", "user.unbanned",
            "user.permission_granted", "user.permission_revoked", "user.permission_restricted", "user.permission_restored", "user.presence_settings_changed", "user.discovery_preferences_changed",
            "user.erasure_requested", "user.erasure_cancelled", "user.erased", "user.contact_address_changed",
        ];
        order.ShouldBe(
            EventCatalogue.Types.All.Where(type => typeof(UserEvent).IsAssignableFrom(type.Record)).Select(type => type.Name), ignoreOrder: true);
        foreach (string name in order)
        {
            EventType type = EventCatalogue.Type(name);
            User before = user;
            user = User.Evolve(user, (UserEvent)type.Read(type.Version, Sample(type, type.Version)));
            if (name == "user.contact_address_changed")
            {
                user.ShouldBe(before, "no decision rests on it, and a state may be kept in memory for long");
                continue;
            }

            user.ShouldNotBe(before, name);
        }
    }

    [Fact]
    public void Every_fact_of_a_user_is_a_registered_event() =>
        typeof(UserEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(UserEvent)))
            .ShouldBe(EventCatalogue.Types.All.Select(type => type.Record).Where(record => record.IsSubclassOf(typeof(UserEvent))), ignoreOrder: true);

    private static byte[] Sample(EventType type, int version) => File.ReadAllBytes(Path.Combine(Folder, $"{type.Name}.v{version}.json"));
}
