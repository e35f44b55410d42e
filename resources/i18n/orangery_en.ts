<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
    <context>
        <name>Dates</name>
        <message numerus="yes">
            <source>%n d</source>
            <translation>
                <numerusform>%n d</numerusform>
                <numerusform>%n d</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <translation>
                <numerusform>%n h</numerusform>
                <numerusform>%n h</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <translation>
                <numerusform>%n min</numerusform>
                <numerusform>%n min</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n s</source>
            <translation>
                <numerusform>%n s</numerusform>
                <numerusform>%n s</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Devices</name>
        <message numerus="yes">
            <source>%n update(s) asked for</source>
            <translation>
                <numerusform>%n update asked for</numerusform>
                <numerusform>%n updates asked for</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Search %n device(s)</source>
            <translation>
                <numerusform>Search %n device</numerusform>
                <numerusform>Search %n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Update %n selected</source>
            <translation>
                <numerusform>Update %n selected</numerusform>
                <numerusform>Update %n selected</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Release</name>
        <message numerus="yes">
            <source>%n file(s) recalled</source>
            <translation type="unfinished">
                <numerusform />
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <source>%n image(s)</source>
            <translation type="unfinished">
                <numerusform />
                <numerusform />
            </translation>
        </message>
        <message numerus="yes">
            <source>%n signature(s) are missing</source>
            <translation type="unfinished">
                <numerusform />
                <numerusform />
            </translation>
        </message>
    </context>
    <context>
        <name>Report</name>
        <message numerus="yes">
            <source>Names, Wi-Fi, addresses and passwords are replaced: %n place(s)</source>
            <translation>
                <numerusform>Names, Wi-Fi, addresses and passwords are replaced: %n place</numerusform>
                <numerusform>Names, Wi-Fi, addresses and passwords are replaced: %n places</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Reports</name>
        <message numerus="yes">
            <source>%n popcorn point(s)</source>
            <translation>
                <numerusform>%n popcorn point</numerusform>
                <numerusform>%n popcorn points</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Updates</name>
        <message numerus="yes">
            <source>%n device(s) have nothing in this week.</source>
            <translation>
                <numerusform>%n device has nothing in this week.</numerusform>
                <numerusform>%n devices have nothing in this week.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n firmware file(s)</source>
            <translation>
                <numerusform>%n firmware file</numerusform>
                <numerusform>%n firmware files</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n model(s)</source>
            <translation>
                <numerusform>%n model</numerusform>
                <numerusform>%n models</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of your report(s) answered</source>
            <translation>
                <numerusform>%n of your reports answered</numerusform>
                <numerusform>%n of your reports answered</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Update %n device(s)</source>
            <translation>
                <numerusform>Update %n device</numerusform>
                <numerusform>Update %n devices</numerusform>
            </translation>
        </message>
    </context>
</TS>
