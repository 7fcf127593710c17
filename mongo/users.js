// Runs once, before mongod first serves: the user that the image has made is the services', and needs no more than
// their database. Who operates the installation is somebody else.
const admin = db.getSiblingDB("admin");
const password = fs.readFileSync("/run/mongo/operator_password", "utf8");
admin.createUser({ user: "operator", pwd: password, roles: ["root"] });
admin.updateUser("parlance", { roles: [{ role: "readWrite", db: "parlance" }] });
